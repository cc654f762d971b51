import type * as tf from '@tensorflow/tfjs';
import { sgdUpdate } from '../fused/sgd-update.ts';
import { zeroSlots, type Optimizer } from './optimizer.ts';
import type { SgdSettings } from './settings.ts';

/**
 * Stochastic gradient descent as PyTorch's `SGD`: g = gradient + weightDecay w; b = momentum b + g (b = g at the first
 * step, which zero slots give too); w = w - learningRate b.
 */
export function createSgd(settings: SgdSettings, variables: readonly tf.Variable[]): Optimizer {
  const { learningRate, momentum, weightDecay } = settings;
  const velocity = momentum > 0 ? zeroSlots(variables) : [];
  let steps = 0;
  return {
    slots: velocity,
    get steps() {
      return steps;
    },
    step(gradients) {
      steps += 1;
      variables.forEach((variable, i) => {
        const gradient = gradients[i];
        if (!gradient) return;
        sgdUpdate({ variable, gradient, velocity: velocity[i], learningRate, momentum, weightDecay });
      });
    },
    restoreSteps(count) {
      steps = count;
    },
    dispose() {
      for (const slot of velocity) slot.dispose();
    },
  };
}
