import type * as tf from '@tensorflow/tfjs';
import { Dense } from './layers/dense.ts';

/** The two linear heads of every encoder: mean and log variance of the embedding, both [batch, latentSize]. */
export function latentHeads(x: tf.SymbolicTensor, latentSize: number): tf.SymbolicTensor[] {
  return ['mean', 'logVariance'].map(
    (name) =>
      new Dense({ name, units: latentSize, kernelInitializer: 'zeros' }).apply(x) as tf.SymbolicTensor,
  );
}
