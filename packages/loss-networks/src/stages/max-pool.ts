import * as tf from '@tensorflow/tfjs';
import type { StagePlan } from './weight-reader.ts';

/**
 * Max-pooling of what a ReLU left, so that zeros beyond the edge never win over a value.
 * @param roundUp whether windows that are filled only in part count, as in Caffe
 */
export function maxPool(
  name: string,
  channels: number,
  size: number,
  stride: number,
  roundUp = false,
): StagePlan {
  return {
    name,
    channels,
    build: () =>
      Promise.resolve({
        name,
        window: { size, stride, padding: 0, roundUp },
        border: 'zeros',
        channels,
        weights: [],
        apply: (x) => tf.maxPool(x, size, stride, 'valid'),
      }),
  };
}
