import type { LossNetworkTraining } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';

/** What every network here saw that was trained to classify ImageNet. */
export const IMAGENET: readonly LossNetworkTraining[] = [
  { dataset: 'imagenet-1k', split: 'train', labels: true },
];

const MEAN = [0.485, 0.456, 0.406];
const DEVIATION = [0.229, 0.224, 0.225];

/** Torchvision's normalisation: mean and standard deviation of ImageNet's pixels, red, green, blue. */
export function normaliseAsTorchvision(images: tf.Tensor4D): tf.Tensor4D {
  return tf.tidy(() => tf.div(tf.sub(images, tf.tensor1d(MEAN)), tf.tensor1d(DEVIATION)));
}
