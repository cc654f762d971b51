import * as tf from '@tensorflow/tfjs';
import { ShapeError } from '../errors.ts';
import { customGradient, hasFusedKernel, runFusedKernel } from './kernel.ts';

export interface BatchNormReluOptions {
  /** Added to the variance. Default 1e-5, PyTorch's. */
  readonly epsilon?: number;
  /** Whether ReLU follows. Default true. */
  readonly relu?: boolean;
}

export interface BatchNormRelu<T extends tf.Tensor = tf.Tensor> {
  /** Of the shape of x. */
  readonly y: T;
  /** The batch's mean, [channels]; a statistic, not to be differentiated. */
  readonly mean: tf.Tensor1D;
  /** The batch's biased variance, [channels]; a statistic, not to be differentiated. */
  readonly variance: tf.Tensor1D;
}

/**
 * Batch normalisation with the statistics of the batch (Ioffe and Szegedy 2015, algorithm 1), optionally followed by ReLU:
 * y = max(0, gamma (x - mean) / sqrt(variance + epsilon) + beta), statistics over all axes but the last.
 * Differentiable in x, gamma and beta; one pass forward and one backward where the backend has the kernels.
 *
 * @param x [..., channels], float32, at least one value per channel
 * @param gamma [channels]
 * @param beta [channels]
 * @throws {ShapeError} when gamma or beta is not [channels], or x is empty
 */
export function batchNormRelu<T extends tf.Tensor>(
  x: T,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  options: BatchNormReluOptions = {},
): BatchNormRelu<T> {
  const { epsilon = 1e-5, relu = true } = options;
  const channels = x.shape.at(-1) ?? 0;
  if (x.size === 0) throw new ShapeError('batchNormRelu: x', x.shape, 'at least one value per channel');
  for (const [name, weight] of Object.entries({ gamma, beta })) {
    if (weight.rank !== 1 || weight.shape[0] !== channels) {
      throw new ShapeError(`batchNormRelu: ${name}`, weight.shape, `[${channels}], the channels of x`);
    }
  }
  return hasFusedKernel('ParetrainBatchNormTraining')
    ? fused(x, gamma, beta, epsilon, relu)
    : composed(x, gamma, beta, epsilon, relu);
}

function fused<T extends tf.Tensor>(
  x: T,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  epsilon: number,
  relu: boolean,
): BatchNormRelu<T> {
  const kept: tf.Tensor[] = [];
  const y = customGradient([x, gamma, beta], ([x, gamma, beta], save) => {
    const [value, mean, variance, statistics] = runFusedKernel(
      'ParetrainBatchNormTraining',
      { x: x!, gamma: gamma!, beta: beta! },
      { epsilon, relu },
    );
    save([x!, gamma!, statistics!]);
    // Kept for a moment: tfjs disposes of whatever an operation makes and does not return.
    kept.push(tf.keep(mean!), tf.keep(variance!));
    return {
      value: value!,
      gradFunc: (dy, [x, gamma, statistics]) =>
        runFusedKernel(
          'ParetrainBatchNormTrainingGrad',
          { dy, x: x!, gamma: gamma!, statistics: statistics! },
          { epsilon, relu },
        ),
    };
  });
  // Clones belong to the caller's scope, as y does.
  const [mean, variance] = kept.map((tensor) => tensor.clone()) as [tf.Tensor1D, tf.Tensor1D];
  tf.dispose(kept);
  return { y: y as T, mean, variance };
}

function composed<T extends tf.Tensor>(
  x: T,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  epsilon: number,
  relu: boolean,
): BatchNormRelu<T> {
  const axes = x.shape.slice(0, -1).map((_, axis) => axis);
  const { mean, variance } = tf.moments(x, axes) as { mean: tf.Tensor1D; variance: tf.Tensor1D };
  const scale = tf.mul(gamma, tf.rsqrt(tf.add(variance, epsilon)));
  const normalized = tf.add(tf.mul(tf.sub(x, mean), scale), beta);
  return { y: (relu ? tf.relu(normalized) : normalized) as T, mean, variance };
}
