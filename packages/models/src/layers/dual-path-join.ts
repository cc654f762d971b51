import { ConfigurationError, ShapeError, customGradient } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';

export interface DualPathJoinArguments {
  readonly name?: string;
  /** Channels that are added; the rest of both inputs is kept side by side. */
  readonly residual: number;
}

/**
 * Where the two paths of a dual path network meet (Chen et al. 2017): of inputs a and b, both [batch, height, width,
 * channels], the first `residual` channels are added (the residual path) and the others concatenated (the dense path):
 * [a[:residual] + b[:residual], a[residual:], b[residual:]]. Registered, like {@link GroupedConv2D}.
 *
 * @throws {ConfigurationError} when `residual` is no integer from 1
 * @throws {ShapeError} when it is applied to inputs with fewer channels
 */
export class DualPathJoin extends tf.layers.Layer {
  static readonly className = 'DualPathJoin';
  readonly #residual: number;

  constructor(args: DualPathJoinArguments) {
    super(args);
    this.#residual = args.residual;
    if (!Number.isInteger(args.residual) || args.residual < 1) {
      throw new ConfigurationError(
        `${this.name}: residual: received ${args.residual}, valid: an integer from 1`,
      );
    }
  }

  override computeOutputShape(inputShapes: tf.Shape | tf.Shape[]): tf.Shape {
    const shapes = inputShapes as tf.Shape[];
    for (const shape of shapes) {
      if (shape.length === 4 && (shape[3] ?? 0) >= this.#residual) continue;
      const expected = `[batch, height, width, channels], at least ${this.#residual} channels`;
      throw new ShapeError(`${this.name}: input`, shape, expected);
    }
    const [a, b] = shapes as [tf.Shape, tf.Shape];
    return [...a.slice(0, 3), a[3]! + b[3]! - this.#residual];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [a, b] = inputs as [tf.Tensor4D, tf.Tensor4D];
    return dualPathJoin(a, b, this.#residual);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), residual: this.#residual };
  }
}
tf.serialization.registerClass(DualPathJoin);

function dualPathJoin(a: tf.Tensor4D, b: tf.Tensor4D, residual: number): tf.Tensor {
  const kept = a.shape[3];
  // By hand, the gradient of a is one slice of dy; tfjs would pad four slices back to size and add them.
  return customGradient([a, b], ([a, b]) => ({
    value: tf.concat(
      [
        tf.add(channels(a!, 0, residual), channels(b!, 0, residual)),
        channels(a!, residual, kept),
        channels(b!, residual, b!.shape[3]!),
      ],
      3,
    ),
    gradFunc: (dy) => [
      channels(dy, 0, kept),
      tf.concat([channels(dy, 0, residual), channels(dy, kept, dy.shape[3]!)], 3),
    ],
  }));
}

/** Channels [begin, end) of x. */
function channels(x: tf.Tensor, begin: number, end: number): tf.Tensor {
  return tf.slice(x, [0, 0, 0, begin], [-1, -1, -1, end - begin]);
}
