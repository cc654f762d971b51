import * as tf from '@tensorflow/tfjs';
import { hasFusedKernel, runFusedKernel } from './kernel.ts';

export interface AdamUpdate {
  readonly variable: tf.Variable;
  /** Of the variable's shape. */
  readonly gradient: tf.Tensor;
  readonly firstMoment: tf.Variable;
  readonly secondMoment: tf.Variable;
  /** Number of this step, from 1. */
  readonly step: number;
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/**
 * One Adam update of one variable and its moments, in place (Kingma and Ba 2015, algorithm 1; epsilon as PyTorch):
 * m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; w = w - lr (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + epsilon).
 * One pass where the backend has the kernel; the memory of tensors that nothing else refers to is then reused.
 */
export function adamUpdate(update: AdamUpdate): void {
  const { variable, gradient, firstMoment, secondMoment, step, learningRate, beta1, beta2, epsilon } = update;
  if (hasFusedKernel('ParetrainAdam')) {
    fused(update);
    return;
  }
  const correction1 = 1 - beta1 ** step;
  const correction2 = Math.sqrt(1 - beta2 ** step);
  tf.tidy(() => {
    const m = tf.add(tf.mul(firstMoment, beta1), tf.mul(gradient, 1 - beta1));
    const v = tf.add(tf.mul(secondMoment, beta2), tf.mul(tf.square(gradient), 1 - beta2));
    firstMoment.assign(m);
    secondMoment.assign(v);
    const denominator = tf.add(tf.sqrt(v), epsilon * correction2);
    const change = tf.div(tf.mul(m, (learningRate * correction2) / correction1), denominator);
    variable.assign(tf.sub(variable, change));
  });
}

function fused(update: AdamUpdate): void {
  const { variable, gradient, firstMoment, secondMoment, step, learningRate, beta1, beta2, epsilon } = update;
  const outputs = runFusedKernel(
    'ParetrainAdam',
    { w: variable, g: gradient, m: firstMoment, v: secondMoment },
    { learningRate, beta1, beta2, epsilon, beta1Power: beta1 ** step, beta2Power: beta2 ** step },
  );
  [variable, firstMoment, secondMoment].forEach((target, i) => target.assign(outputs[i]!));
  tf.dispose(outputs);
}
