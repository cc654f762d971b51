import { ShapeError, defineObjective, meanSquaredError } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

/*
 * Pixel-wise reconstruction: the PW of paper 000, AE and VAE of 001, B-AE of 002.
 *
 *   x  target images   [batch, height, width, channels], in [0, 1]
 *   y  decoded images  [batch, height, width, channels], in [0, 1]
 *
 *   mean:  L = 1 / (batch height width channels) sum (y - x)^2    the papers' code
 *   sum:   L = 1 / batch                         sum (y - x)^2    the papers' texts: a sum over each image
 */

const options = z.strictObject({
  /** Over the values of one image; over the batch it is the mean in both. */
  reduction: z.enum(['mean', 'sum']).default('mean'),
});

export type PixelWiseOptions = z.infer<typeof options>;

/** Squared error between the decoded and the target image. */
export const pixelWise = defineObjective<PixelWiseOptions>({
  name: 'pixel-wise',
  version: '1.0.0',
  description: 'Squared error between decoded and target image, pixel by pixel',
  source: 'paper 000, section II; paper 001, section III; their code: mean over pixels',
  options,
  predicts: 'image',
  compares: 'image',
  build: ({ reduction }) => ({
    loss({ prediction, target }) {
      if (prediction.rank !== 4 || !tf.util.arraysEqual(prediction.shape, target.shape)) {
        const expected = `the target images' [${target.shape.join(', ')}], of rank 4`;
        throw new ShapeError("objective 'pixel-wise': decoded images", prediction.shape, expected);
      }
      const valuesPerImage = prediction.size / prediction.shape[0]!;
      const mean = meanSquaredError(prediction, target);
      return reduction === 'mean' ? mean : tf.mul(mean, valuesPerImage);
    },
  }),
});
