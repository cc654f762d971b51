import { DataError, defineMethod, type FitContext } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { principalComponents } from './pca/principal-components.ts';

const options = z.strictObject({});

export type PcaOptions = z.infer<typeof options>;

/** Directions that are searched for and not kept: those that are converge in fewer passes. */
const MORE = 16;

/**
 * A reference to compare with: the linear autoencoder of least squared error, whose embedding is an image's principal components
 * (Baldi and Hornik 1989). Fitted to the pretraining images; where they vary in fewer directions than the embedding has
 * numbers, the last ones are 0.
 */
export const pca = defineMethod<PcaOptions>({
  name: 'pca',
  label: 'PCA',
  version: '1.0.0',
  description: 'Principal components of the pixels, the best linear autoencoder: a reference',
  options,
  trainsOn: 'pretrain',
  needsLossNetwork: () => false,
  build({ dataset: { image }, latentSize, streams }) {
    const pixels = image.height * image.width * image.channels;
    const columns = Math.min(pixels, latentSize + MORE);
    const random = streams.get('initialisation/encoder').normalArray(pixels * columns);
    const start = tf.tensor2d(random, [pixels, columns]);

    const input = tf.input({ shape: [image.height, image.width, image.channels], name: 'image' });
    const flat = tf.layers.flatten({ name: 'flatten' }).apply(input) as tf.SymbolicTensor;
    const embedding = tf.layers.dense({ name: 'components', units: latentSize }).apply(flat);
    const encoder = tf.model({ name: 'pca', inputs: input, outputs: embedding as tf.SymbolicTensor });
    const setEncoder = (directions: tf.Tensor2D, mean: tf.Tensor2D): void =>
      tf.tidy(() => {
        const shift = tf.neg(tf.matMul(mean, directions)).as1D();
        const missing = latentSize - directions.shape[1];
        encoder.setWeights([tf.pad(directions, [[0, 0], [0, missing]]), tf.pad(shift, [[0, missing]])]); // prettier-ignore
      });
    let mean = tf.zeros([1, pixels]) as tf.Tensor2D;
    tf.tidy(() => setEncoder(tf.slice(start, [0, 0], [pixels, Math.min(pixels, latentSize)]), mean));

    const encode = (images: tf.Tensor4D): tf.Tensor2D => encoder.apply(images) as tf.Tensor2D;
    return {
      networks: { encoder },
      constants: {},
      updates: [],
      async fit({ source, signal }: FitContext) {
        if (source.count === 0) {
          throw new DataError("method 'pca': received an empty data set, valid: at least 1 image");
        }
        const found = await principalComponents(source, Math.min(pixels, latentSize), start, signal);
        mean.dispose();
        mean = tf.tensor2d(found.mean, [1, pixels]);
        setEncoder(found.directions, mean);
        found.directions.dispose();
      },
      encode: (images) => tf.tidy(() => encode(images)),
      reconstruct: (images) =>
        tf.tidy(() => {
          const directions = encoder.getWeights()[0] as tf.Tensor2D;
          const flatImages = tf.add(tf.matMul(encode(images), directions, false, true), mean);
          return tf.clipByValue(flatImages, 0, 1).reshape(images.shape);
        }),
      dispose() {
        tf.dispose([start, mean]);
        encoder.dispose();
      },
    };
  },
});
