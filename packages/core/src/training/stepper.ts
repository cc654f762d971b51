import type { BuiltMethod, TrainingBatch } from '../method.ts';
import { createOptimizer } from '../optimizers/create-optimizer.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { variableGradients } from './variable-gradients.ts';
import { trainableVariables } from './weights.ts';

/** Does a method's updates, one training step at a time. The trainer and the cost measurement share it. */
export interface Stepper {
  readonly optimizers: readonly Optimizer[];
  /** One step of every update, in order; gives each one's loss before its step. */
  step(batch: TrainingBatch): Promise<number[]>;
  dispose(): void;
}

/** A stepper with fresh optimisers for a method's updates. */
export function createStepper(method: BuiltMethod): Stepper {
  const updates = method.updates.map((update) => {
    const variables = update.networks.flatMap((name) => trainableVariables(method.networks[name]!));
    return { update, variables, optimizer: createOptimizer(update.optimizer, variables) };
  });
  return {
    optimizers: updates.map(({ optimizer }) => optimizer),
    async step(batch) {
      const losses: number[] = [];
      for (const { update, variables, optimizer } of updates) {
        const { value, gradients } = variableGradients(() => update.loss(batch), variables);
        optimizer.step(gradients);
        for (const gradient of gradients) gradient?.dispose();
        losses.push((await value.data())[0]!);
        value.dispose();
      }
      return losses;
    },
    dispose() {
      for (const { optimizer } of updates) optimizer.dispose();
    },
  };
}
