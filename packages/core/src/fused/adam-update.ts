import * as tf from '@tensorflow/tfjs';

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
 */
export function adamUpdate(update: AdamUpdate): void {
  const { variable, gradient, firstMoment, secondMoment, step, learningRate, beta1, beta2, epsilon } = update;
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
