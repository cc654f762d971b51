import * as tf from '@tensorflow/tfjs';
import { runOperation, type NodeBackend } from './node-backend.ts';
import { registerFusedKernel } from './register-kernel.ts';

/*
 * Batch normalisation in training mode, with ReLU if wanted, by TensorFlow's own operations.
 *
 *   x, dx         [..., channels]      seen as [rows, 1, 1, channels]
 *   gamma, beta   [channels]
 *   statistics    [4, channels]        of the forward pass, for the gradient: mean, what TensorFlow keeps of the variance
 *                                      (the variance on a processor, its inverse root on a CUDA device), biased variance, beta
 *
 *   forward    FusedBatchNormV2, then Relu
 *   gradient   where ReLU follows: FusedBatchNormV2 with the batch's statistics gives its input again, ReluGrad; then
 *              FusedBatchNormGradV2
 */

interface ForwardInputs {
  readonly x: tf.Tensor;
  readonly gamma: tf.Tensor1D;
  readonly beta: tf.Tensor1D;
}

interface GradientInputs {
  readonly dy: tf.Tensor;
  readonly x: tf.Tensor;
  readonly gamma: tf.Tensor1D;
  readonly statistics: tf.Tensor2D;
}

interface Attributes {
  readonly epsilon: number;
  readonly relu: boolean;
}

export function registerBatchNorm(): void {
  registerFusedKernel('ParetrainBatchNormTraining', forward);
  registerFusedKernel('ParetrainBatchNormTrainingGrad', gradient);
}

function forward(
  { x, gamma, beta }: ForwardInputs,
  { epsilon, relu }: Attributes,
  backend: NodeBackend,
): tf.Tensor[] {
  return tf.tidy(() => {
    const rows = asRows(x);
    const count = rows.shape[0];
    const none = tf.zeros<tf.Rank.R1>([0]);
    const [y, mean, unbiased, , kept] = normalize(backend, [rows, gamma, beta, none, none], epsilon, true);
    // TensorFlow's second output is the estimate for the population; the moving statistics here take the batch's own.
    const variance = tf.mul(unbiased, (count - 1) / count);
    const statistics = tf.stack([mean, kept, variance, beta]);
    const value = relu ? tf.relu(y) : y;
    return [tf.reshape(value, x.shape), mean, variance, statistics];
  });
}

function gradient(
  { dy, x, gamma, statistics }: GradientInputs,
  { epsilon, relu }: Attributes,
  backend: NodeBackend,
): tf.Tensor[] {
  return tf.tidy(() => {
    const rows = asRows(x);
    const [mean, kept, variance, beta] = tf.unstack(statistics) as [
      tf.Tensor1D,
      tf.Tensor1D,
      tf.Tensor1D,
      tf.Tensor1D,
    ];
    let upstream: tf.Tensor = asRows(dy);
    if (relu) {
      const [y] = normalize(backend, [rows, gamma, beta, mean, variance], epsilon, false);
      [upstream] = runOperation(backend, 'ReluGrad', [upstream, y]) as [tf.Tensor];
    }
    const [dx, dgamma, dbeta] = runOperation(
      backend,
      'FusedBatchNormGradV2',
      [upstream, rows, gamma, mean, kept],
      {
        outputs: 5,
        floats: { epsilon },
        booleans: { is_training: true },
        strings: { data_format: 'NHWC' },
      },
    );
    return [tf.reshape(dx!, x.shape), dgamma!, dbeta!];
  });
}

/** y, the batch's mean and unbiased variance, and what the gradient needs of both. */
type Normalized = [y: tf.Tensor, mean: tf.Tensor, unbiased: tf.Tensor, keptMean: tf.Tensor, kept: tf.Tensor];

/** @param inputs x, gamma, beta; mean and variance, which are empty in training */
function normalize(
  backend: NodeBackend,
  inputs: readonly tf.Tensor[],
  epsilon: number,
  training: boolean,
): Normalized {
  return runOperation(backend, 'FusedBatchNormV2', inputs, {
    outputs: 5,
    floats: { epsilon },
    booleans: { is_training: training },
    strings: { data_format: 'NHWC' },
  }) as Normalized;
}

function asRows(x: tf.Tensor): tf.Tensor4D {
  const channels = x.shape.at(-1)!;
  return tf.reshape(x, [x.size / channels, 1, 1, channels]);
}
