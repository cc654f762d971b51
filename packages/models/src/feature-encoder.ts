import type { Rng } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { checkPositiveInteger } from './checks.ts';
import { featureHiddenSize } from './feature-hidden-size.ts';
import { initializeWeights, type Initialization } from './initialization.ts';
import { latentHeads } from './latent-heads.ts';
import { Dense } from './layers/dense.ts';

export interface FeatureEncoderOptions {
  /** Number of features of one image, from 1. */
  readonly featureCount: number;
  /** Size of the embedding, from 1. */
  readonly latentSize: number;
  readonly rng: Rng;
  /** Default: `pytorch`. */
  readonly initialization?: Initialization;
}

/**
 * The feature encoder of paper 000: one hidden layer of min(features / 2, 2048) units with ReLU, then two linear heads,
 * no batch normalisation (all but "one hidden layer of 2048" is the reference code's).
 *
 * Input [batch, featureCount]; outputs `[mean, logVariance]`, both [batch, latentSize]; the second head is used and
 * trained by variational methods only.
 *
 * @throws {ConfigurationError} on a feature count or latent size below 1
 */
export function featureEncoder(options: FeatureEncoderOptions): tf.LayersModel {
  const { featureCount, latentSize, rng, initialization } = options;
  checkPositiveInteger('feature encoder', 'feature count', featureCount);
  checkPositiveInteger('feature encoder', 'latent size', latentSize);
  const input = tf.input({ shape: [featureCount], name: 'features' });
  const hidden = new Dense({
    name: 'hidden',
    units: featureHiddenSize(featureCount),
    activation: 'relu',
    kernelInitializer: 'zeros',
  }).apply(input) as tf.SymbolicTensor;
  const model = tf.model({
    name: 'feature-encoder',
    inputs: input,
    outputs: latentHeads(hidden, latentSize),
  });
  initializeWeights(model, rng, initialization);
  return model;
}
