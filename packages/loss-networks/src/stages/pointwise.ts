import type * as tf from '@tensorflow/tfjs';
import type { Stage } from './stage.ts';
import type { StagePlan } from './weight-reader.ts';
import { POINT } from './window.ts';

/** A change of every position by itself, without weights, such as a normalisation of pixels or a sigmoid. */
export function pointwise(name: string, channels: number, apply: (x: tf.Tensor4D) => tf.Tensor4D): StagePlan {
  const stage: Stage = { name, window: POINT, border: 'zeros', channels, weights: [], apply };
  return { name, channels, build: () => Promise.resolve(stage) };
}
