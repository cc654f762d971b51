import { ConfigurationError, ShapeError, defineObjective, meanSquaredError } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

/*
 * Perceptual similarity: the PS of paper 000, P.AE and P.VAE of 001, P-AE, SDA-AE and PL-AE of 002.
 *
 *   p     loss network, frozen  [batch, height, width, channels] -> [batch, features]
 *   p(x)  target features       [batch, features]; computed or cached by the caller
 *   y     decoded images        [batch, height, width, channels], in [0, 1]
 *
 *   mean:  L = 1 / (batch features) sum (p(y) - p(x))^2    the papers' code
 *   sum:   L = 1 / batch            sum (p(y) - p(x))^2    the papers' texts: a sum over each image
 *
 * The gradient runs through the loss network into the decoded image.
 */

const options = z.strictObject({
  /** Over the features of one image; over the batch it is the mean in both. */
  reduction: z.enum(['mean', 'sum']).default('mean'),
});

export type PerceptualSimilarityOptions = z.infer<typeof options>;

/** Squared error between the loss network's features of the decoded and of the target image. */
export const perceptualSimilarity = defineObjective<PerceptualSimilarityOptions>({
  name: 'perceptual-similarity',
  version: '1.0.0',
  description: "Squared error between a loss network's features of the decoded and of the target image",
  source: 'paper 000, section II; paper 001, section III; their code: mean over features',
  options,
  predicts: 'image',
  compares: 'features',
  build: ({ reduction }) => ({
    loss({ prediction, target, lossNetwork }) {
      if (!lossNetwork) {
        throw new ConfigurationError(
          "objective 'perceptual-similarity': received no loss network, it needs one",
        );
      }
      if (prediction.rank !== 4) {
        const expected = '[batch, height, width, channels]';
        throw new ShapeError("objective 'perceptual-similarity': decoded images", prediction.shape, expected);
      }
      const features = lossNetwork.features(prediction as tf.Tensor4D);
      if (!tf.util.arraysEqual(features.shape, target.shape)) {
        throw new ShapeError(
          "objective 'perceptual-similarity': target features",
          target.shape,
          `[${features.shape.join(', ')}], as the loss network gives for the decoded images`,
        );
      }
      const mean = meanSquaredError(features, target);
      return reduction === 'mean' ? mean : tf.mul(mean, features.shape[1]);
    },
  }),
});
