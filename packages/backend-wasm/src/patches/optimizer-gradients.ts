import type * as tf from '@tensorflow/tfjs';

/** What tfjs hands to `applyGradients`. */
export type Gradients = Record<string, tf.Tensor> | { name: string; tensor: tf.Tensor | null }[];

/** Name and gradient of every variable, in the order in which optimisers number their state. */
export function gradientEntries(gradients: Gradients): (readonly [string, tf.Tensor | null])[] {
  return Array.isArray(gradients)
    ? gradients.map(({ name, tensor }) => [name, tensor] as const)
    : Object.entries(gradients);
}
