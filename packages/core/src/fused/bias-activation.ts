import * as tf from '@tensorflow/tfjs';
import { ShapeError } from '../errors.ts';
import { customGradient, hasFusedKernel, runFusedKernel } from './kernel.ts';

/** Activations that biasActivation can apply. */
export type FusedActivation = 'linear' | 'relu' | 'sigmoid';

/**
 * y = activation(x + bias), the bias along the last axis. Differentiable in both; one pass forward and two backward
 * (activation, sum of the bias) where the backend has the kernels.
 *
 * @param x [..., channels], float32
 * @param bias [channels]
 * @throws {ShapeError} when bias is not [channels]
 */
export function biasActivation<T extends tf.Tensor>(
  x: T,
  bias: tf.Tensor1D,
  activation: FusedActivation = 'linear',
): T {
  const channels = x.shape.at(-1) ?? 0;
  if (bias.rank !== 1 || bias.shape[0] !== channels) {
    throw new ShapeError('biasActivation: bias', bias.shape, `[${channels}], the channels of x`);
  }
  if (!hasFusedKernel('ParetrainBiasActivation')) return composed(x, bias, activation);
  const leading = x.shape.slice(0, -1).map((_, axis) => axis);
  return customGradient([x, bias], ([x, bias], save) => {
    const [value] = runFusedKernel('ParetrainBiasActivation', { x: x!, bias: bias! }, { activation });
    save(activation === 'linear' ? [] : [value!]);
    return {
      value: value!,
      gradFunc: (dy, [y]) => {
        const dx = activationGradient(dy, y, activation);
        return [dx, leading.length > 0 ? tf.sum(dx, leading) : dx.clone()];
      },
    };
  }) as T;
}

function activationGradient(dy: tf.Tensor, y: tf.Tensor | undefined, activation: FusedActivation): tf.Tensor {
  if (activation === 'relu') return runFusedKernel('ParetrainReluGrad', { dy, x: y! })[0]!;
  if (activation === 'sigmoid') return runFusedKernel('ParetrainSigmoidGrad', { dy, y: y! })[0]!;
  return dy.clone();
}

function composed<T extends tf.Tensor>(x: T, bias: tf.Tensor1D, activation: FusedActivation): T {
  const sum = tf.add(x, bias) as T;
  if (activation === 'relu') return tf.relu(sum);
  return activation === 'sigmoid' ? tf.sigmoid(sum) : sum;
}
