import { biasActivation, groupedConv2d } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { readConvolution } from './read-convolution.ts';
import type { StagePlan } from './weight-reader.ts';

export interface ConvolutionOptions {
  /** Of its output. */
  readonly name: string;
  /** Its weights are `<weights>.weight` (output, input, height, width) and `<weights>.bias`. */
  readonly weights: string;
  readonly inputs: number;
  readonly filters: number;
  readonly size: number;
  /** Default 1. */
  readonly stride?: number;
  /** Default 0. */
  readonly padding?: number;
  /** Channels are cut into groups that do not see each other. Default 1. */
  readonly groups?: number;
  /** Default `zeros`. */
  readonly border?: 'zeros' | 'mirror';
  /** True where the weights expect blue, green, red. Default false. */
  readonly blueFirst?: boolean;
}

/** A convolution, its bias and a ReLU. */
export function convolution(options: ConvolutionOptions): StagePlan {
  const { name, weights, inputs, filters, size } = options;
  const { stride = 1, padding = 0, groups = 1, border = 'zeros', blueFirst = false } = options;
  return {
    name,
    channels: filters,
    async build(read) {
      const [inOrder, bias] = await readConvolution(read, weights, [filters, inputs / groups, size, size]);
      const kernel = blueFirst ? tf.tidy(() => tf.reverse(inOrder, 2)) : inOrder;
      if (kernel !== inOrder) inOrder.dispose();
      return {
        name,
        window: { size, stride, padding },
        border,
        channels: filters,
        weights: [kernel, bias],
        apply: (x) => biasActivation(groupedConv2d(x, kernel, groups, stride, 'valid'), bias, 'relu'),
      };
    },
  };
}
