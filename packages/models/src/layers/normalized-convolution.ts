import * as tf from '@tensorflow/tfjs';
import { BatchNormalization, FusedRelu } from './batch-normalization.ts';
import { BiasFreeConvolution } from './convolution.ts';
import { GroupedConv2D } from './grouped-convolution.ts';

export interface NormalizedConvolution {
  /** Prefix of the layers' names: `<name>.convolution`, `<name>.norm`, ... */
  readonly name: string;
  readonly filters: number;
  /** Odd: (size - 1) / 2 zeros are put on every side, so that stride 1 keeps the image's size. */
  readonly kernelSize: number;
  /** Default 1. */
  readonly strides?: number;
  /** Default 1. */
  readonly groups?: number;
  /** Whether the convolution has a bias. Default false: batch normalisation has one. */
  readonly useBias?: boolean;
  /** Whether ReLU follows. Default true. */
  readonly relu?: boolean;
}

/** A convolution, batch normalisation and, if wanted, ReLU. */
export function normalizedConvolution(
  x: tf.SymbolicTensor,
  { name, filters, kernelSize, strides = 1, groups = 1, useBias = false, relu = true }: NormalizedConvolution,
): tf.SymbolicTensor {
  // At stride 1 `same` means (kernel - 1) / 2 zeros on every side; at larger strides it would put more at the end.
  const same = strides === 1;
  const padding = (kernelSize - 1) / 2;
  const settings = {
    name: `${name}.convolution`,
    filters,
    kernelSize,
    strides,
    padding: same ? 'same' : 'valid',
    useBias,
    kernelInitializer: 'zeros',
  } as const;
  let y = x;
  if (!same && padding > 0) {
    y = tf.layers.zeroPadding2d({ name: `${name}.padding`, padding }).apply(y) as tf.SymbolicTensor;
  }
  const fused: { relu: boolean; convolution?: tf.layers.Layer } = { relu };
  if (groups === 1) {
    const convolution = new BiasFreeConvolution(settings);
    fused.convolution = convolution;
    y = convolution.apply(y) as tf.SymbolicTensor;
  } else {
    y = new GroupedConv2D({ ...settings, groups }).apply(y) as tf.SymbolicTensor;
  }
  y = new BatchNormalization({ name: `${name}.norm` }, fused).apply(y) as tf.SymbolicTensor;
  return relu ? (new FusedRelu({ name: `${name}.relu` }).apply(y) as tf.SymbolicTensor) : y;
}
