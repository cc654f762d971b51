import type * as tf from '@tensorflow/tfjs';
import { createAdam } from './adam.ts';
import type { Optimizer } from './optimizer.ts';
import { createSgd } from './sgd.ts';
import type { OptimizerSettings } from './settings.ts';

/** The optimiser that `settings` describe, for these variables. */
export function createOptimizer(settings: OptimizerSettings, variables: readonly tf.Variable[]): Optimizer {
  return settings.name === 'adam' ? createAdam(settings, variables) : createSgd(settings, variables);
}
