import * as tf from '@tensorflow/tfjs';
import type { WeightReader } from './weight-reader.ts';

/** Kernel [height, width, inputs, filters] and bias [filters]; of depthwise ones [height, width, channels, 1] and [channels]. */
export type ConvolutionWeights = readonly [kernel: tf.Tensor4D, bias: tf.Tensor1D];

/**
 * Reads `<name>.weight` and `<name>.bias` of a convolution.
 * @param shape filters, inputs, height, width: PyTorch's order
 */
export async function readConvolution(
  read: WeightReader,
  name: string,
  shape: readonly [filters: number, inputs: number, height: number, width: number],
): Promise<ConvolutionWeights> {
  const kernel = await read(`${name}.weight`, shape);
  const bias = await read(`${name}.bias`, [shape[0]]);
  return [tf.tidy(() => tf.transpose(tf.tensor4d(kernel, [...shape]), [2, 3, 1, 0])), tf.tensor1d(bias)];
}

/**
 * Reads `<name>.weight` and `<name>.bias` in the order of TensorFlow Lite.
 * @param shape filters, height, width, inputs; filters are 1 for a depthwise convolution, whose bias has one value an input
 */
export async function readTensorflowConvolution(
  read: WeightReader,
  name: string,
  shape: readonly [filters: number, height: number, width: number, inputs: number],
): Promise<ConvolutionWeights> {
  const kernel = await read(`${name}.weight`, shape);
  const bias = await read(`${name}.bias`, [shape[0] === 1 ? shape[3] : shape[0]]);
  return [tf.tidy(() => tf.transpose(tf.tensor4d(kernel, [...shape]), [1, 2, 3, 0])), tf.tensor1d(bias)];
}
