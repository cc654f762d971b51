import type { Rng } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { checkPositiveInteger } from './checks.ts';
import { featureHiddenSize } from './feature-hidden-size.ts';
import { initializeWeights, type Initialization } from './initialization.ts';
import { Dense } from './layers/dense.ts';

export interface FeatureDecoderOptions {
  /** Number of features of one image, from 1. */
  readonly featureCount: number;
  /** Size of the embedding, from 1. */
  readonly latentSize: number;
  readonly rng: Rng;
  /** Default: `pytorch`. */
  readonly initialization?: Initialization;
}

/**
 * The feature decoder of paper 000: one hidden layer of min(features / 2, 2048) units with ReLU, linear output, no batch
 * normalisation.
 *
 * Input [batch, latentSize], output [batch, featureCount], unbounded.
 *
 * @throws {ConfigurationError} on a feature count or latent size below 1
 */
export function featureDecoder(options: FeatureDecoderOptions): tf.LayersModel {
  const { featureCount, latentSize, rng, initialization } = options;
  checkPositiveInteger('feature decoder', 'feature count', featureCount);
  checkPositiveInteger('feature decoder', 'latent size', latentSize);
  const input = tf.input({ shape: [latentSize], name: 'embedding' });
  const hidden = new Dense({
    name: 'hidden',
    units: featureHiddenSize(featureCount),
    activation: 'relu',
    kernelInitializer: 'zeros',
  }).apply(input);
  const output = new Dense({ name: 'features', units: featureCount, kernelInitializer: 'zeros' }).apply(
    hidden,
  );
  const model = tf.model({ name: 'feature-decoder', inputs: input, outputs: output as tf.SymbolicTensor });
  initializeWeights(model, rng, initialization);
  return model;
}
