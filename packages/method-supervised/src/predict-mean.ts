import {
  DataError,
  defineMethod,
  throwIfAborted,
  type FitContext,
  type TargetDescription,
} from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

const options = z.strictObject({});

export type PredictMeanOptions = z.infer<typeof options>;

/** Images read at once; only their targets are looked at. */
const CHUNK = 256;

/**
 * A reference to compare with: whatever the image, it predicts the mean of the training targets, or the frequencies of
 * the classes (so the most frequent class). It has no weights and no embedding.
 */
export const predictMean = defineMethod<PredictMeanOptions>({
  name: 'predict-mean',
  label: 'Predict the mean',
  version: '1.0.0',
  description:
    'Predicts the mean of the training targets, or the class frequencies, whatever the image: a reference',
  options,
  trainsOn: 'train',
  needsLossNetwork: () => false,
  build({ dataset: { target } }) {
    let prediction: readonly number[] | null = null;
    return {
      networks: {},
      constants: {},
      updates: [],
      async fit(context) {
        prediction = await meanTarget(context, target);
      },
      predict(images) {
        if (!prediction)
          throw new DataError("method 'predict-mean': asked for a prediction before it was fitted");
        return tf.tile(tf.tensor2d([[...prediction]]), [images.shape[0], 1]);
      },
      dispose() {},
    };
  },
});

/** Mean of each coordinate, or share of each class, over all images. */
async function meanTarget({ source, signal }: FitContext, target: TargetDescription): Promise<number[]> {
  if (source.count === 0) {
    throw new DataError("method 'predict-mean': received an empty data set, valid: at least 1 image");
  }
  const size = target.kind === 'class' ? target.classes.length : target.names.length;
  const sums = new Array<number>(size).fill(0);
  for (let begin = 0; begin < source.count; begin += CHUNK) {
    throwIfAborted(signal);
    const length = Math.min(CHUNK, source.count - begin);
    const { targets } = await source.read(Uint32Array.from({ length }, (_, i) => begin + i));
    targets.forEach((value, i) => {
      const image = begin + Math.floor(i / source.targetSize);
      if (target.kind === 'class') {
        if (!Number.isInteger(value) || value < 0 || value >= size) {
          throw new DataError(
            `method 'predict-mean': class of image ${image}: received ${value}, valid: 0 to ${size - 1}`,
          );
        }
        sums[value]! += 1;
      } else {
        if (!Number.isFinite(value)) {
          throw new DataError(
            `method 'predict-mean': target of image ${image}: received ${value}, valid: finite numbers`,
          );
        }
        sums[i % size]! += value;
      }
    });
  }
  return sums.map((sum) => sum / source.count);
}
