import type { ImageShape, Rng } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { checkImage, checkPositiveInteger } from './checks.ts';
import { initializeWeights, type Initialization } from './initialization.ts';
import { BatchNormalization, FusedRelu } from './layers/batch-normalization.ts';
import { Dense } from './layers/dense.ts';
import { BiasFreeTransposedConvolution, TransposedConvolution } from './layers/transposed-convolution.ts';

/** Channels of the grid that the embedding becomes first. */
const GRID_CHANNELS = 1024;
/** The three transposed convolutions before the last. */
const HIDDEN = [
  { filters: 128, kernelSize: 5 },
  { filters: 64, kernelSize: 5 },
  { filters: 32, kernelSize: 6 },
] as const;
const LAST_KERNEL = 6;

export interface ImageDecoderOptions {
  /** Square, 64 + 16 n pixels. */
  readonly image: ImageShape;
  /** Size of the embedding, from 1. */
  readonly latentSize: number;
  readonly rng: Rng;
  /** Default: `pytorch`. */
  readonly initialization?: Initialization;
}

/**
 * The image decoder of papers 000-002: linear to 1,024 g^2 with ReLU, g = (height - 64) / 16 + 1; four transposed
 * convolutions (128, 64, 32 filters and the image's channels; kernels 5, 5, 6, 6; stride 2; no padding: 5, 13, 30, 64
 * pixels at g = 1), batch normalisation and ReLU after the first three, a sigmoid after the last. Batch normalisation is
 * the reference code's.
 *
 * Input [batch, latentSize], output [batch, height, width, channels] in [0, 1].
 *
 * @throws {ConfigurationError} on an image that is not square or not of 64 + 16 n pixels, or a latent size below 1
 */
export function imageDecoder(options: ImageDecoderOptions): tf.LayersModel {
  const { image, latentSize, rng, initialization } = options;
  checkImage('image decoder', image);
  checkPositiveInteger('image decoder', 'latent size', latentSize);
  const grid = (image.height - 64) / 16 + 1;
  const input = tf.input({ shape: [latentSize], name: 'embedding' });
  let x = new Dense({
    name: 'dense',
    units: GRID_CHANNELS * grid * grid,
    activation: 'relu',
    kernelInitializer: 'zeros',
  }).apply(input) as tf.SymbolicTensor;
  x = tf.layers
    .reshape({ name: 'grid', targetShape: [grid, grid, GRID_CHANNELS] })
    .apply(x) as tf.SymbolicTensor;
  HIDDEN.forEach(({ filters, kernelSize }, i) => {
    const convolution = new BiasFreeTransposedConvolution({
      name: `deconvolution${i + 1}`,
      filters,
      kernelSize,
      strides: 2,
      kernelInitializer: 'zeros',
    });
    x = convolution.apply(x) as tf.SymbolicTensor;
    x = new BatchNormalization({ name: `norm${i + 1}` }, { convolution, relu: true }).apply(
      x,
    ) as tf.SymbolicTensor;
    x = new FusedRelu({ name: `relu${i + 1}` }).apply(x) as tf.SymbolicTensor;
  });
  x = new TransposedConvolution({
    name: `deconvolution${HIDDEN.length + 1}`,
    filters: image.channels,
    kernelSize: LAST_KERNEL,
    strides: 2,
    activation: 'sigmoid',
    kernelInitializer: 'zeros',
  }).apply(x) as tf.SymbolicTensor;
  const model = tf.model({ name: 'image-decoder', inputs: input, outputs: x });
  initializeWeights(model, rng, initialization);
  return model;
}
