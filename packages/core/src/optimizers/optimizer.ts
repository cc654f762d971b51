import * as tf from '@tensorflow/tfjs';

/** Changes weights by their gradients; its whole state can be stored and restored. */
export interface Optimizer {
  /**
   * One step.
   * @param gradients one per variable, in the order given at creation, each of its variable's shape; null leaves the
   * variable as it is (the loss does not depend on it). Not disposed.
   */
  step(gradients: readonly (tf.Tensor | null)[]): void;
  /** Steps done. */
  readonly steps: number;
  /** Slot tensors (moments), in a fixed order. Owned by the optimiser. */
  readonly slots: readonly tf.Variable[];
  restoreSteps(steps: number): void;
  dispose(): void;
}

/** A zero tensor like each variable, kept across steps. */
export function zeroSlots(variables: readonly tf.Variable[]): tf.Variable[] {
  return variables.map((variable) => tf.tidy(() => tf.variable(tf.zerosLike(variable), false)));
}
