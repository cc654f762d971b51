import type * as tf from '@tensorflow/tfjs';

/** Number of values that training changes: what papers count. Moving statistics of batch normalisation are left out. */
export function trainableParameters(...models: readonly tf.LayersModel[]): number {
  let count = 0;
  for (const model of models) {
    for (const weight of model.trainableWeights) {
      count += (weight.shape as number[]).reduce((product, size) => product * size, 1);
    }
  }
  return count;
}
