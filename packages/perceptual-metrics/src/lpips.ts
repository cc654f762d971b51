import { ShapeError } from '@paretrain/core';
import { loadTrunk, type Trunk, type TrunkName } from '@paretrain/loss-networks';
import * as tf from '@tensorflow/tfjs';
import type { LpipsContext, LpipsNet } from './lpips-context.ts';

/** Layers of each trunk that are compared, with their channels. */
const NETS = {
  alex: {
    trunk: 'alexnet',
    layers: { relu1: 64, relu2: 192, relu3: 384, relu4: 256, relu5: 256 },
  },
  squeeze: {
    trunk: 'squeezenet1_1',
    layers: { relu1: 64, fire3: 128, fire5: 256, fire6: 384, fire7: 384, fire8: 512, fire9: 512 },
  },
  vgg: {
    trunk: 'vgg16',
    layers: { relu1_2: 64, relu2_2: 128, relu3_3: 256, relu4_3: 512, relu5_3: 512 },
  },
} as const satisfies Record<LpipsNet, { trunk: TrunkName; layers: Record<string, number> }>;

/** Of pixels in [-1, 1], as the reference implementation has it. */
const SHIFT = [-0.03, -0.088, -0.188];
const SCALE = [0.458, 0.448, 0.45];
/** Squared length below which a position has no direction, the square of the reference implementation's. */
const SMALLEST_SQUARE = 1e-20;
const SMALLEST = 1e-10;

/** A loaded LPIPS distance. */
export interface Lpips {
  /** sha256 of the trunk's weight file. */
  readonly weightsChecksum: string;
  /**
   * The distance of each pair of images, from 0 (the same). Differentiable in both; at distance zero the gradient is zero.
   * @param a [batch, height, width, 3], pixels in [0, 1]
   * @param b the same shape
   * @returns [batch]
   * @throws {ShapeError} where the shapes differ or the images are too small for the trunk
   */
  distance(a: tf.Tensor4D, b: tf.Tensor4D): tf.Tensor1D;
  dispose(): void;
}

/**
 * Loads the learned perceptual distance of images, LPIPS version 0.1 (Zhang et al. 2018, "The Unreasonable Effectiveness of Deep
 * Features as a Perceptual Metric"), without its dropout, as it is evaluated.
 * @param net whose features: AlexNet, SqueezeNet 1.1 or VGG-16
 * @throws {DataError} where the weights of the trunk or of the linear heads are missing or damaged
 */
export async function loadLpips(net: LpipsNet, context: LpipsContext): Promise<Lpips> {
  const { readHeads } = await import('./node/read-heads.ts');
  const { trunk: name, layers } = NETS[net];
  const channels: readonly number[] = Object.values(layers);
  const heads = await readHeads(net, channels, context);
  const trunk = await loadTrunk(name, Object.keys(layers) as [string, ...string[]], context);
  const weights = heads.map((head, i) => tf.tensor2d(head, [channels[i]!, 1]));
  return {
    weightsChecksum: trunk.weightsChecksum,
    distance(a, b) {
      if (a.shape.join() !== b.shape.join()) {
        throw new ShapeError('LPIPS: second images', b.shape, `[${a.shape.join(', ')}], as the first`);
      }
      return tf.tidy(() => lpipsDistance(trunk, weights, a, b));
    },
    dispose() {
      trunk.dispose();
      tf.dispose(weights);
    },
  };
}

function lpipsDistance(
  trunk: Trunk,
  heads: readonly tf.Tensor2D[],
  a: tf.Tensor4D,
  b: tf.Tensor4D,
): tf.Tensor1D {
  const batch = a.shape[0];
  // One pass for both: large batches use the machine better.
  const maps = trunk.maps(scaled(tf.concat([a, b])));
  const distances = maps.map((map, i) => {
    const [one, other] = tf.split(directions(map), 2);
    const squares = tf.squaredDifference(one!, other!);
    const positions = map.shape[1] * map.shape[2];
    const perPosition = tf.matMul(tf.reshape(squares, [batch * positions, map.shape[3]]), heads[i]!);
    return tf.mean(tf.reshape(perPosition, [batch, positions]), 1);
  });
  return tf.addN(distances) as tf.Tensor1D;
}

function scaled(images: tf.Tensor4D): tf.Tensor4D {
  return tf.div(tf.sub(tf.sub(tf.mul(images, 2), 1), tf.tensor1d(SHIFT)), tf.tensor1d(SCALE));
}

/**
 * Each position divided by its length. Where nothing is active the length is zero and its slope infinite, times zero a NaN; so a
 * tiny square stands for anything smaller.
 */
function directions(map: tf.Tensor4D): tf.Tensor4D {
  const square = tf.sum(tf.square(map), 3, true);
  const length = tf.sqrt(tf.maximum(square, SMALLEST_SQUARE));
  return tf.div(map, tf.add(length, SMALLEST));
}
