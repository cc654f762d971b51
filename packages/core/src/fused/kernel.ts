import * as tf from '@tensorflow/tfjs';

/** Kernels that a backend may register to do a whole training operation in one pass; `@paretrain/backend-wasm` does. */
export type FusedKernelName =
  | 'ParetrainAdam'
  | 'ParetrainBatchNormTraining'
  | 'ParetrainBatchNormTrainingGrad'
  | 'ParetrainBiasActivation'
  | 'ParetrainGroupedConv2D'
  | 'ParetrainGroupedConv2DBackpropFilter'
  | 'ParetrainGroupedConv2DBackpropInput'
  | 'ParetrainMeanSquaredError'
  | 'ParetrainMovingStatistics'
  | 'ParetrainLeakyReluGrad'
  | 'ParetrainReluGrad'
  | 'ParetrainSgd'
  | 'ParetrainSigmoidGrad'
  | 'ParetrainSigmoidMeanSquaredError';

/** Whether the current backend has a fused kernel. */
export function hasFusedKernel(name: FusedKernelName): boolean {
  return tf.getKernel(name, tf.getBackend()) != null;
}

/** Runs a fused kernel of the current backend. */
export function runFusedKernel(
  name: FusedKernelName,
  inputs: Record<string, tf.Tensor>,
  attributes: Record<string, number | boolean | string | number[]> = {},
): tf.Tensor[] {
  const outputs = tf.engine().runKernel(name, inputs, attributes);
  return Array.isArray(outputs) ? outputs : [outputs as tf.Tensor];
}

/** What `tf.customGrad` hands to its function and expects back, with the types that its declaration loses. */
export interface CustomGradient {
  readonly value: tf.Tensor;
  /** Gradients of the inputs, in their order, from dy and the saved tensors. */
  readonly gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.Tensor | tf.Tensor[];
}

/** `tf.customGrad` with typed inputs. */
export function customGradient(
  inputs: readonly tf.Tensor[],
  run: (inputs: readonly tf.Tensor[], save: (tensors: tf.Tensor[]) => void) => CustomGradient,
): tf.Tensor {
  const operation = tf.customGrad((...args: unknown[]) => {
    const save = args.at(-1) as (tensors: tf.Tensor[]) => void;
    return run(args.slice(0, -1) as tf.Tensor[], save) as ReturnType<Parameters<typeof tf.customGrad>[0]>;
  });
  return operation(...inputs);
}
