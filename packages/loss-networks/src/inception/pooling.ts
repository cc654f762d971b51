import * as tf from '@tensorflow/tfjs';
import type { LayerPlan } from './layer.ts';

const SIZE = 3;

/** The largest of 3x3 positions, of what a ReLU left; at stride 1 as many positions as before, at stride 2 only whole windows. */
export function maxPool(stride: 1 | 2): LayerPlan {
  return {
    channels: (inputs) => inputs,
    build: () =>
      Promise.resolve({
        weights: [],
        apply: (x) => tf.maxPool(x, SIZE, stride, stride === 1 ? 'same' : 'valid'),
      }),
  };
}

/**
 * The mean of the 3x3 positions around each one, at the edges only of those that lie in the map. A depthwise convolution with ones
 * divided by their number: tfjs's gradient of `avgPool` divides by nine at the edges too.
 */
export function averagePool(): LayerPlan {
  return {
    channels: (inputs) => inputs,
    build(_read, inputs) {
      const ones = tf.ones<tf.Rank.R4>([SIZE, SIZE, inputs, 1]);
      return Promise.resolve({
        weights: [ones],
        apply: (x) => tf.mul(tf.depthwiseConv2d(x, ones, 1, 'same'), shares(x.shape[1], x.shape[2])),
      });
    },
  };
}

/** 1 / the number of positions around each one that lie in the map, [1, height, width, 1]. */
function shares(height: number, width: number): tf.Tensor4D {
  const inside = (i: number, length: number): number => Math.min(i + 1, length - 1) - Math.max(i - 1, 0) + 1;
  const values = Float32Array.from(
    { length: height * width },
    (_, i) => 1 / (inside(Math.floor(i / width), height) * inside(i % width, width)),
  );
  return tf.tensor4d(values, [1, height, width, 1]);
}
