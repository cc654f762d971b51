import * as tf from '@tensorflow/tfjs';
import { ShapeError } from '../errors.ts';
import { hasFusedKernel, runFusedKernel } from './kernel.ts';

/** Mean and variance of each channel, [channels] both. */
export interface ChannelStatistics {
  readonly mean: tf.Tensor1D;
  readonly variance: tf.Tensor1D;
}

export interface MovingStatisticsOptions {
  /** Share of the moving value that stays, from 0 to 1; PyTorch's momentum is one minus this. */
  readonly momentum: number;
  /** How many values of a channel the batch has: its biased variance becomes the estimate with count - 1 in the denominator. */
  readonly count: number;
  /** [channels], added to the batch's mean, such as the bias that a convolution left out. */
  readonly bias?: tf.Tensor1D | undefined;
}

/**
 * The moving statistics of batch normalisation after a batch, as PyTorch's (Ioffe and Szegedy 2015, algorithm 2, with moving averages):
 * momentum * moving + (1 - momentum) * batch, of the mean and of the unbiased variance. New tensors; not to be differentiated.
 * One pass where the backend has the kernel.
 *
 * @param batch its mean and biased variance, as `batchNormRelu` gives them
 * @throws {ShapeError} when a statistic or the bias is not [channels]
 */
export function movingStatistics(
  moving: ChannelStatistics,
  batch: ChannelStatistics,
  { momentum, count, bias }: MovingStatisticsOptions,
): ChannelStatistics {
  const received = {
    'moving.variance': moving.variance,
    'batch.mean': batch.mean,
    'batch.variance': batch.variance,
    ...(bias ? { bias } : {}),
  };
  for (const [name, { shape }] of Object.entries(received)) {
    if (!tf.util.arraysEqual(shape, moving.mean.shape)) {
      throw new ShapeError(`movingStatistics: ${name}`, shape, `[${moving.mean.shape}], as moving.mean`);
    }
  }
  const varianceScale = count / Math.max(1, count - 1);
  if (hasFusedKernel('ParetrainMovingStatistics')) {
    const inputs = {
      movingMean: moving.mean,
      movingVariance: moving.variance,
      mean: batch.mean,
      variance: batch.variance,
      ...(bias ? { bias } : {}),
    };
    const [mean, variance] = runFusedKernel('ParetrainMovingStatistics', inputs, { momentum, varianceScale });
    return { mean: mean as tf.Tensor1D, variance: variance as tf.Tensor1D };
  }
  const follow = (statistic: tf.Tensor1D, value: tf.Tensor1D): tf.Tensor1D =>
    tf.add(tf.mul(statistic, momentum), tf.mul(value, 1 - momentum));
  const [mean, variance] = tf.tidy(() => [
    follow(moving.mean, bias ? tf.add(batch.mean, bias) : batch.mean),
    follow(moving.variance, tf.mul(batch.variance, varianceScale)),
  ]);
  return { mean: mean!, variance: variance! };
}
