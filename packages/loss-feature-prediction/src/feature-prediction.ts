import { ShapeError, defineObjective, meanSquaredError } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

/*
 * Feature prediction: the FP of paper 000, proposed there.
 *
 *   p     loss network, frozen              [batch, height, width, channels] -> [batch, features]
 *   p(x)  target features                   [batch, features]; computed or cached by the caller
 *   d     the decoder's own output          [batch, features], unbounded
 *
 *   mean:  L = 1 / (batch features) sum (d - p(x))^2    the paper's code
 *   sum:   L = 1 / batch            sum (d - p(x))^2    the paper's text: a sum over each image
 *
 * No gradient runs through the loss network: an epoch with cached targets does not pay for it at all.
 */

const options = z.strictObject({
  /** Over the features of one image; over the batch it is the mean in both. */
  reduction: z.enum(['mean', 'sum']).default('mean'),
});

export type FeaturePredictionOptions = z.infer<typeof options>;

/** Squared error between the decoder's output and the loss network's features of the target image. */
export const featurePrediction = defineObjective<FeaturePredictionOptions>({
  name: 'feature-prediction',
  version: '1.0.0',
  description: "Squared error between the decoder's output and a loss network's features of the target image",
  source: 'paper 000, section III; its code: mean over features',
  options,
  predicts: 'features',
  compares: 'features',
  build: ({ reduction }) => ({
    loss({ prediction, target }) {
      if (prediction.rank !== 2 || !tf.util.arraysEqual(prediction.shape, target.shape)) {
        const expected = `the target features' [${target.shape.join(', ')}], of rank 2`;
        throw new ShapeError(
          "objective 'feature-prediction': predicted features",
          prediction.shape,
          expected,
        );
      }
      const mean = meanSquaredError(prediction, target);
      return reduction === 'mean' ? mean : tf.mul(mean, prediction.shape[1]!);
    },
  }),
});
