import { ConfigurationError, ShapeError, defineObjective } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

/*
 * Kullback-Leibler divergence of a Gaussian embedding with diagonal covariance from the unit Gaussian (Kingma and
 * Welling 2014, appendix B), the regulariser of variational autoencoders.
 *
 *   mu      mean          [batch, latentSize]
 *   log s2  log variance  [batch, latentSize]
 *
 *   t = 1 + log s2 - mu^2 - s2                     one term per embedding value
 *
 *   mean:  L = -1   / (batch latentSize) sum t    code of papers 000-001: no 1/2
 *   sum:   L = -1/2 / batch              sum t    the divergence itself, as the texts have it
 */

const options = z.strictObject({
  /** `mean`: over embedding values, without the factor 1/2; `sum`: the divergence itself, mean over the batch. */
  reduction: z.enum(['mean', 'sum']).default('mean'),
});

export type KlDivergenceOptions = z.infer<typeof options>;

/** KL divergence of a Gaussian embedding from the unit Gaussian. */
export const klDivergence = defineObjective<KlDivergenceOptions>({
  name: 'kl-divergence',
  version: '1.0.0',
  description: 'Kullback-Leibler divergence of a Gaussian embedding from the unit Gaussian',
  source: 'Kingma and Welling 2014, appendix B; paper 001, section III',
  options,
  predicts: 'nothing',
  compares: 'nothing',
  build: ({ reduction }) => ({
    loss({ latent }) {
      if (!latent) {
        throw new ConfigurationError(
          "objective 'kl-divergence': received no latent distribution; it needs a variational embedding",
        );
      }
      const { mean, logVariance } = latent;
      if (mean.rank !== 2 || !tf.util.arraysEqual(mean.shape, logVariance.shape)) {
        const expected = `the mean's [${mean.shape.join(', ')}], of rank 2`;
        throw new ShapeError("objective 'kl-divergence': log variance", logVariance.shape, expected);
      }
      const terms = tf.sub(tf.sub(tf.add(logVariance, 1), tf.square(mean)), tf.exp(logVariance));
      const average = tf.mean(terms) as tf.Scalar;
      return tf.mul(average, reduction === 'mean' ? -1 : -0.5 * mean.shape[1]);
    },
  }),
});
