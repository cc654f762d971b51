import { biasActivation } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import type { WeightReader } from '../stages/weight-reader.ts';
import type { LayerPlan } from './layer.ts';

export interface NormalisedConvolutionOptions {
  /** Its weights are `<weights>.conv.weight` and `<weights>.bn.weight`, `.bias`, `.running_mean` and `.running_var`. */
  readonly weights: string;
  readonly filters: number;
  readonly size: readonly [height: number, width: number];
  /** Default 1. */
  readonly stride?: number;
  /** Default `same`, which at stride 1 and odd sizes is the same on all sides. */
  readonly padding?: 'same' | 'valid';
}

/** Added to the variance, as the network was trained. */
const EPSILON = 1e-3;

/** A convolution without bias, batch normalisation by the recorded statistics, and a ReLU; the normalisation is folded into the weights. */
export function normalisedConvolution(options: NormalisedConvolutionOptions): LayerPlan {
  const { filters, stride = 1, padding = 'same' } = options;
  return {
    channels: () => filters,
    async build(read, inputs) {
      const [kernel, bias] = await readFolded(read, options, inputs);
      return {
        weights: [kernel, bias],
        apply: (x) => biasActivation(tf.conv2d(x, kernel, stride, padding), bias, 'relu'),
      };
    },
  };
}

async function readFolded(
  read: WeightReader,
  { weights, filters, size: [height, width] }: NormalisedConvolutionOptions,
  inputs: number,
): Promise<readonly [kernel: tf.Tensor4D, bias: tf.Tensor1D]> {
  const shape: [number, number, number, number] = [filters, inputs, height, width];
  const kernel = await read(`${weights}.conv.weight`, shape);
  const gamma = await read(`${weights}.bn.weight`, [filters]);
  const beta = await read(`${weights}.bn.bias`, [filters]);
  const mean = await read(`${weights}.bn.running_mean`, [filters]);
  const variance = await read(`${weights}.bn.running_var`, [filters]);
  const scale = gamma.map((value, i) => value / Math.sqrt(variance[i]! + EPSILON));
  const bias = beta.map((value, i) => value - mean[i]! * scale[i]!);
  return [
    // Filters come last in tfjs, so that each is multiplied by its own scale.
    tf.tidy(() => tf.mul(tf.transpose(tf.tensor4d(kernel, shape), [2, 3, 1, 0]), tf.tensor1d(scale))),
    tf.tensor1d(bias),
  ];
}
