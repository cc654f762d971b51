import * as tf from '@tensorflow/tfjs';
import { hasFusedKernel, runFusedKernel } from './kernel.ts';

export interface SgdUpdate {
  readonly variable: tf.Variable;
  /** Of the variable's shape. */
  readonly gradient: tf.Tensor;
  /** The momentum buffer, of the variable's shape; undefined without momentum. */
  readonly velocity: tf.Variable | undefined;
  readonly learningRate: number;
  readonly momentum: number;
  readonly weightDecay: number;
}

/**
 * One update of stochastic gradient descent of one variable and its momentum buffer, in place, as PyTorch's `SGD`:
 * b = momentum b + (g + weightDecay w), or b = g + weightDecay w without a buffer; w = w - learningRate b. One pass where the
 * backend has the kernel; the memory of tensors that nothing else refers to is then reused.
 */
export function sgdUpdate(update: SgdUpdate): void {
  const { variable, gradient, velocity, learningRate, momentum, weightDecay } = update;
  if (hasFusedKernel('ParetrainSgd')) {
    const inputs = { w: variable, g: gradient, ...(velocity ? { b: velocity } : {}) };
    const outputs = runFusedKernel('ParetrainSgd', inputs, { learningRate, momentum, weightDecay });
    variable.assign(outputs[0]!);
    velocity?.assign(outputs[1]!);
    tf.dispose(outputs);
    return;
  }
  tf.tidy(() => {
    let change = gradient;
    if (weightDecay > 0) change = tf.add(change, tf.mul(variable, weightDecay));
    if (velocity) {
      change = tf.add(tf.mul(velocity, momentum), change);
      velocity.assign(change);
    }
    variable.assign(tf.sub(variable, tf.mul(change, learningRate)));
  });
}
