import type { LatentDistribution, Rng } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';

/**
 * A differentiable sample of a Gaussian embedding: mean + exp(logVariance / 2) * noise, noise of the unit Gaussian drawn
 * from `rng` (the reparametrisation of Kingma and Welling 2014, section 2.4). Validation samples too, as the reference
 * code of paper 001 does.
 * @returns [batch, latentSize]
 */
export function sampleEmbedding({ mean, logVariance }: LatentDistribution, rng: Rng): tf.Tensor2D {
  const noise = tf.tensor2d(rng.normalArray(mean.size), mean.shape);
  return tf.add(mean, tf.mul(tf.exp(tf.mul(logVariance, 0.5)), noise));
}
