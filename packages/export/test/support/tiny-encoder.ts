import type { Embeddings, Preparation } from '../../src/index.ts';
import * as tf from '@tensorflow/tfjs';

/** Images are not square, so that rows and columns cannot be mixed up unseen. */
export const IMAGE = { height: 12, width: 10, channels: 3 } as const;
const BATCH = 2;

/** Numbers around 0 that any language computes alike. */
function pattern(length: number, step: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => (((i * step) % 101) - 50) / 100);
}

/** [2, 12, 10, 3] in [0, 1] */
export function tinyImages(): tf.Tensor4D {
  const values = pattern(BATCH * IMAGE.height * IMAGE.width * IMAGE.channels, 37).map((value) => value + 0.5);
  return tf.tensor4d(values, [BATCH, IMAGE.height, IMAGE.width, IMAGE.channels]);
}

/** Every kind of layer that other libraries are given, with an uneven padding and a flattened map of several positions. */
export function tinyEncoder(): tf.LayersModel {
  const { layers } = tf;
  const model = tf.sequential({
    name: 'encoder',
    layers: [
      layers.zeroPadding2d({
        name: 'padding',
        padding: 1,
        inputShape: [IMAGE.height, IMAGE.width, IMAGE.channels],
      }),
      layers.conv2d({ name: 'features.0', filters: 4, kernelSize: 3, strides: 2, activation: 'relu' }),
      layers.maxPooling2d({ name: 'pool', poolSize: 2, strides: 1 }),
      layers.conv2d({
        name: 'features.1',
        filters: 6,
        kernelSize: 4,
        strides: 2,
        padding: 'same',
        useBias: false,
      }),
      layers.batchNormalization({ name: 'norm', epsilon: 1e-5 }),
      layers.reLU({ name: 'relu' }),
      layers.flatten({ name: 'flatten' }),
      layers.dropout({ name: 'dropout', rate: 0.5 }),
      layers.dense({ name: 'hidden', units: 5, activation: 'sigmoid' }),
      layers.dense({ name: 'tanh', units: 5, activation: 'tanh', useBias: false }),
      layers.dense({ name: 'mean', units: 4 }),
    ],
  });
  model.layers.forEach((layer, i) => {
    const weights = layer.getWeights().map((weight, j) => {
      const values = pattern(weight.size, 17 + 2 * i + 6 * j);
      // A variance is positive.
      return tf.tensor(
        layer.name === 'norm' && j === 3 ? values.map((value) => value + 1) : values,
        weight.shape,
      );
    });
    layer.setWeights(weights);
    tf.dispose(weights);
  });
  return model;
}

export const PREPARATION: Preparation = {
  decoded: { height: 12, width: 10, channels: 3 },
  interpolation: 'bicubic',
  transforms: [],
};

/** Names that tables have to quote. */
export const EMBEDDINGS: Embeddings = {
  files: ['cats/1.png', 'dogs/a "b", c.jpg', 'é.webp'],
  size: 2,
  values: Float32Array.from([0.1, -2, 1e-7, 123456.7, -0.3333333, 0]),
};
