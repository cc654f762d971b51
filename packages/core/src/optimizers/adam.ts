import type * as tf from '@tensorflow/tfjs';
import { adamUpdate } from '../fused/adam-update.ts';
import { zeroSlots, type Optimizer } from './optimizer.ts';
import type { AdamSettings } from './settings.ts';

/** Adam (Kingma and Ba 2015, algorithm 1), with PyTorch's placing of epsilon: after the bias correction. */
export function createAdam(settings: AdamSettings, variables: readonly tf.Variable[]): Optimizer {
  const first = zeroSlots(variables);
  const second = zeroSlots(variables);
  let steps = 0;
  return {
    slots: [...first, ...second],
    get steps() {
      return steps;
    },
    step(gradients) {
      steps += 1;
      variables.forEach((variable, i) => {
        const gradient = gradients[i];
        if (!gradient) return;
        adamUpdate({
          variable,
          gradient,
          firstMoment: first[i]!,
          secondMoment: second[i]!,
          step: steps,
          learningRate: settings.learningRate,
          beta1: settings.beta1,
          beta2: settings.beta2,
          epsilon: settings.epsilon,
        });
      });
    },
    restoreSteps(count) {
      steps = count;
    },
    dispose() {
      for (const slot of [...first, ...second]) slot.dispose();
    },
  };
}
