import { ConfigurationError, ShapeError, groupedConv2d } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { onlyTensor } from './stock.ts';

type Pair = readonly [number, number];

export interface GroupedConv2DArguments {
  readonly name?: string;
  /** Channels of the output, a multiple of `groups`. */
  readonly filters: number;
  readonly kernelSize: number | Pair;
  /** Divides the channels of input and output. */
  readonly groups: number;
  /** Default 1. */
  readonly strides?: number | Pair;
  /** Default `valid`. */
  readonly padding?: 'valid' | 'same';
  /** Default true. */
  readonly useBias?: boolean;
  /** How the kernel begins; the bias begins at 0. Default `glorotUniform`. */
  readonly kernelInitializer?: 'glorotUniform' | 'zeros';
  readonly inputShape?: readonly (number | null)[];
  readonly trainable?: boolean;
}

/**
 * A 2-D convolution in groups as a `tf.layers` layer, which tfjs has none of: weights `kernel` [height, width, channels /
 * groups, filters] and `bias` [filters]. Input [batch, height, width, channels]; see {@link groupedConv2d}. Registered, so
 * that `tf.loadLayersModel` finds it once this package is imported.
 *
 * @throws {ConfigurationError} on groups or sizes that are no integers from 1, or filters that `groups` does not divide
 * @throws {ShapeError} when it is applied to an input whose channels `groups` does not divide
 */
export class GroupedConv2D extends tf.layers.Layer {
  static readonly className = 'GroupedConv2D';
  readonly #arguments: GroupedConv2DArguments;
  readonly #kernelSize: Pair;
  readonly #strides: Pair;
  readonly #padding: 'valid' | 'same';
  #kernel: tf.LayerVariable | null = null;
  #bias: tf.LayerVariable | null = null;

  constructor(args: GroupedConv2DArguments) {
    super(args as ConstructorParameters<typeof tf.layers.Layer>[0]);
    this.#arguments = args;
    this.#kernelSize = pair(args.kernelSize);
    this.#strides = pair(args.strides ?? 1);
    this.#padding = args.padding ?? 'valid';
    const { filters, groups } = args;
    const sizes = { groups, filters, 'kernel size': this.#kernelSize, strides: this.#strides };
    for (const [what, value] of Object.entries(sizes)) {
      for (const size of [value].flat()) this.#checkInteger(what, size);
    }
    if (filters % groups !== 0) {
      throw new ConfigurationError(
        `${this.name}: filters: received ${filters} with ${groups} groups, valid: a multiple of the groups`,
      );
    }
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const shape = onlyShape(inputShape);
    const { filters, groups, useBias = true, kernelInitializer = 'glorotUniform' } = this.#arguments;
    const channels = shape[3];
    if (shape.length !== 4 || !channels || channels % groups !== 0) {
      const expected = `[batch, height, width, channels], channels a multiple of the ${groups} groups`;
      throw new ShapeError(`${this.name}: input`, shape, expected);
    }
    const initializer = kernelInitializer === 'zeros' ? tf.initializers.zeros() : tf.initializers.glorotUniform({}); // prettier-ignore
    const kernelShape = [...this.#kernelSize, channels / groups, filters];
    this.#kernel = this.addWeight('kernel', kernelShape, 'float32', initializer);
    if (useBias) this.#bias = this.addWeight('bias', [filters], 'float32', tf.initializers.zeros());
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const shape = onlyShape(inputShape);
    const side = (axis: 0 | 1): number | null => {
      const size = shape[axis + 1] ?? null;
      if (size === null) return null;
      const lost = this.#padding === 'same' ? 0 : this.#kernelSize[axis] - 1;
      return Math.ceil((size - lost) / this.#strides[axis]);
    };
    return [shape[0] ?? null, side(0), side(1), this.#arguments.filters];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = onlyTensor(inputs) as tf.Tensor4D;
      const kernel = this.#kernel!.read() as tf.Tensor4D;
      const y = groupedConv2d(x, kernel, this.#arguments.groups, [...this.#strides], this.#padding);
      return this.#bias ? tf.add(y, this.#bias.read()) : y;
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { filters, groups, useBias = true, kernelInitializer = 'glorotUniform' } = this.#arguments;
    return {
      ...super.getConfig(),
      filters,
      kernelSize: [...this.#kernelSize],
      groups,
      strides: [...this.#strides],
      padding: this.#padding,
      useBias,
      kernelInitializer,
    };
  }

  #checkInteger(what: string, value: number): void {
    if (Number.isInteger(value) && value >= 1) return;
    throw new ConfigurationError(`${this.name}: ${what}: received ${value}, valid: an integer from 1`);
  }
}
tf.serialization.registerClass(GroupedConv2D);

function pair(size: number | Pair): Pair {
  return typeof size === 'number' ? [size, size] : size;
}

function onlyShape(shape: tf.Shape | tf.Shape[]): tf.Shape {
  return (Array.isArray(shape[0]) ? shape[0] : shape) as tf.Shape;
}
