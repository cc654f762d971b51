import type { LossNetwork, Rng } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';

/**
 * The loss network's architecture (AlexNet's first five modules, then a sigmoid) with random weights: time does not depend on their
 * values, and neither side has to load a file.
 */
export function lossNetworkForTiming(rng: Rng): LossNetwork {
  const weights = (shape: [number, number, number, number]) =>
    tf.tensor4d(rng.normalArray(tf.util.sizeFromShape(shape), 0, 0.05), shape);
  const first = weights([11, 11, 3, 64]);
  const second = weights([5, 5, 64, 192]);
  return {
    name: 'timing',
    weightsChecksum: 'none',
    featureCount: () => 9408,
    features: (images) =>
      tf.tidy(() => {
        const low = tf.relu(tf.conv2d(images, first, 4, 2));
        const high = tf.relu(tf.conv2d(tf.maxPool(low, 3, 2, 'valid'), second, 1, 2));
        return tf.sigmoid(tf.reshape(high, [images.shape[0], -1])) as tf.Tensor2D;
      }),
    dispose: () => tf.dispose([first, second]),
  };
}
