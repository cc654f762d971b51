import * as tf from '@tensorflow/tfjs';

/** What training needs of one batch-normalised activation. */
export interface BatchNormalized {
  /** relu(scale (x - mean) / sqrt(variance + epsilon) + offset), of the shape of x. */
  readonly output: tf.Tensor4D;
  /** [channels]. */
  readonly mean: tf.Tensor1D;
  /** [channels], biased: divided by the number of values. */
  readonly variance: tf.Tensor1D;
}

/** Batch normalisation with the statistics of the batch (Ioffe and Szegedy 2015, algorithm 1), then ReLU. */
export function batchNormRelu(
  x: tf.Tensor4D,
  scale: tf.Tensor1D,
  offset: tf.Tensor1D,
  epsilon: number,
): BatchNormalized {
  const { mean, variance } = tf.moments(x, [0, 1, 2]);
  const normalized = tf.batchNorm(x, mean as tf.Tensor1D, variance as tf.Tensor1D, offset, scale, epsilon);
  return {
    output: tf.relu(normalized) as tf.Tensor4D,
    mean: mean as tf.Tensor1D,
    variance: variance as tf.Tensor1D,
  };
}

/** activation(x + bias), the bias along the last dimension. */
export function biasActivation<T extends tf.Tensor>(
  x: T,
  bias: tf.Tensor1D,
  activation: 'linear' | 'relu' | 'sigmoid',
): T {
  const sum = tf.add(x, bias) as T;
  if (activation === 'relu') return tf.relu(sum);
  return activation === 'sigmoid' ? tf.sigmoid(sum) : sum;
}
