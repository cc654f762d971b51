import * as tf from '@tensorflow/tfjs';
import { ShapeError } from '../errors.ts';
import { customGradient, hasFusedKernel, runFusedKernel } from './kernel.ts';

/**
 * mean((prediction - target)^2) over every value, a scalar. Differentiable in the prediction; the target is a constant.
 * Loss and gradient come from one pass where the backend has the kernel.
 *
 * @param prediction any shape, float32
 * @param target the same shape
 * @throws {ShapeError} when the shapes differ
 */
export function meanSquaredError(prediction: tf.Tensor, target: tf.Tensor): tf.Scalar {
  checkShapes('meanSquaredError', prediction, target);
  return lossWithGradient(prediction, (x) => {
    if (hasFusedKernel('ParetrainMeanSquaredError')) {
      return runFusedKernel('ParetrainMeanSquaredError', { x, target }) as [tf.Tensor, tf.Tensor];
    }
    const difference = tf.sub(x, target);
    return [tf.mean(tf.square(difference)), tf.mul(difference, 2 / x.size)];
  });
}

/**
 * meanSquaredError(sigmoid(logits), target) in one operation: a scalar, differentiable in the logits; the target is a
 * constant.
 *
 * @param logits any shape, float32
 * @param target the same shape, usually in [0, 1]
 * @throws {ShapeError} when the shapes differ
 */
export function sigmoidMeanSquaredError(logits: tf.Tensor, target: tf.Tensor): tf.Scalar {
  checkShapes('sigmoidMeanSquaredError', logits, target);
  return lossWithGradient(logits, (x) => {
    if (hasFusedKernel('ParetrainSigmoidMeanSquaredError')) {
      return runFusedKernel('ParetrainSigmoidMeanSquaredError', { x, target }) as [tf.Tensor, tf.Tensor];
    }
    const y = tf.sigmoid(x);
    const difference = tf.sub(y, target);
    const slope = tf.mul(y, tf.sub(1, y));
    return [tf.mean(tf.square(difference)), tf.mul(tf.mul(difference, 2 / x.size), slope)];
  });
}

function checkShapes(name: string, prediction: tf.Tensor, target: tf.Tensor): void {
  if (!tf.util.arraysEqual(prediction.shape, target.shape)) {
    throw new ShapeError(
      `${name}: target`,
      target.shape,
      `the prediction's [${prediction.shape.join(', ')}]`,
    );
  }
}

/** A scalar loss whose gradient is computed together with it. */
function lossWithGradient(input: tf.Tensor, run: (x: tf.Tensor) => [tf.Tensor, tf.Tensor]): tf.Scalar {
  return customGradient([input], ([x], save) => {
    const [value, gradient] = run(x!);
    save([gradient]);
    return { value, gradFunc: (dy, [gradient]) => tf.mul(gradient!, dy) };
  }) as tf.Scalar;
}
