import {
  Rng,
  imageSize,
  type BuiltMethod,
  type DatasetDescription,
  type ImageShape,
  type LossNetwork,
} from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';

/** A tiny smooth loss network: 4x4 mean pooling, then a sigmoid of 8 fixed random mixtures of the channels. */
export function sampleLossNetwork(seed = 0): LossNetwork {
  const mixing = tf.tensor4d(Rng.stream(seed, 'sample-loss-network').normalArray(3 * 8), [1, 1, 3, 8]);
  return {
    name: 'sample',
    weightsChecksum: String(seed).padStart(64, '0'),
    features: (images) =>
      tf.tidy(() => {
        const pooled = tf.avgPool(images, 4, 4, 'valid');
        const mixed = tf.sigmoid(tf.conv2d(pooled as tf.Tensor4D, mixing, 1, 'valid'));
        return mixed.reshape([images.shape[0], -1]) as tf.Tensor2D;
      }),
    featureCount: (image: ImageShape) => Math.floor(image.height / 4) * Math.floor(image.width / 4) * 8,
    dispose: () => mixing.dispose(),
  };
}

/**
 * A method without training that can do everything: encodes by a fixed random projection, reconstructs a darker image,
 * predicts linearly.
 */
export function sampleMethod(description: DatasetDescription, latentSize = 8, seed = 0): BuiltMethod {
  const rng = Rng.stream(seed, 'sample-method');
  const { image, target } = description;
  const pixels = imageSize(image);
  const outputs = target.kind === 'class' ? target.classes.length : target.names.length;
  const scale = 1 / Math.sqrt(pixels);
  const encoder = tf.tensor2d(rng.normalArray(pixels * latentSize, 0, scale), [pixels, latentSize]);
  const head = tf.tensor2d(rng.normalArray(pixels * outputs, 0, scale), [pixels, outputs]);
  const flat = (images: tf.Tensor4D): tf.Tensor2D => images.reshape([images.shape[0], pixels]);
  return {
    networks: {},
    constants: {},
    updates: [],
    encode: (images) => tf.tidy(() => tf.matMul(flat(images), encoder)),
    reconstruct: (images) => tf.tidy(() => tf.mul(images, 0.5)),
    predict: (images) => tf.tidy(() => tf.matMul(flat(images), head)),
    dispose: () => {
      encoder.dispose();
      head.dispose();
    },
  };
}
