import type { ImageShape, Rng } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { checkImage, checkPositiveInteger } from './checks.ts';
import { initializeWeights, type Initialization } from './initialization.ts';
import { BatchNormalization, FusedRelu } from './layers/batch-normalization.ts';
import { BiasFreeConvolution } from './layers/convolution.ts';
import { latentHeads } from './latent-heads.ts';

/** Channels of the four convolutions. */
const FILTERS = [32, 64, 128, 256] as const;

export interface ImageEncoderOptions {
  /** Square, 64 + 16 n pixels. */
  readonly image: ImageShape;
  /** Size of the embedding, from 1. */
  readonly latentSize: number;
  readonly rng: Rng;
  /** Default: `pytorch`. */
  readonly initialization?: Initialization;
}

/**
 * The image encoder of papers 000-002: four convolutions (32, 64, 128, 256 filters, kernel 4, stride 2, no padding),
 * each with batch normalisation and ReLU, flattened (1,024 values at 64x64, 4,096 at 96x96), then two linear heads.
 * Batch normalisation and the second head are the reference code's.
 *
 * Input [batch, height, width, channels] in [0, 1]; outputs `[mean, logVariance]`, both [batch, latentSize]. Methods
 * without a variational embedding use the mean alone; their second head is neither used nor trained.
 *
 * @throws {ConfigurationError} on an image that is not square or not of 64 + 16 n pixels, or a latent size below 1
 */
export function imageEncoder(options: ImageEncoderOptions): tf.LayersModel {
  const { image, latentSize, rng, initialization } = options;
  checkImage('image encoder', image);
  checkPositiveInteger('image encoder', 'latent size', latentSize);
  const input = tf.input({ shape: [image.height, image.width, image.channels], name: 'image' });
  let x = input;
  FILTERS.forEach((filters, i) => {
    const convolution = new BiasFreeConvolution({
      name: `convolution${i + 1}`,
      filters,
      kernelSize: 4,
      strides: 2,
      kernelInitializer: 'zeros',
    });
    x = convolution.apply(x) as tf.SymbolicTensor;
    x = new BatchNormalization({ name: `norm${i + 1}` }, { convolution, relu: true }).apply(
      x,
    ) as tf.SymbolicTensor;
    x = new FusedRelu({ name: `relu${i + 1}` }).apply(x) as tf.SymbolicTensor;
  });
  x = tf.layers.flatten({ name: 'flatten' }).apply(x) as tf.SymbolicTensor;
  const model = tf.model({ name: 'image-encoder', inputs: input, outputs: latentHeads(x, latentSize) });
  initializeWeights(model, rng, initialization);
  return model;
}
