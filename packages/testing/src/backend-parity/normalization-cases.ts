import { batchNormRelu, movingStatistics } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { normal, uniform, type ParityCase } from './parity-case.ts';

const SHAPES: readonly (readonly number[])[] = [
  [33, 1],
  [2, 5, 3, 3],
  [4, 3, 3, 8],
  [3, 1, 1, 13],
  [130, 20],
  [2, 17, 17, 32],
];

/** Batch normalisation: with the batch's statistics, which are compared too, how those are followed, and with stored ones. */
export const normalizationCases: readonly ParityCase[] = [
  ...[true, false].flatMap((relu) =>
    SHAPES.map((shape): ParityCase => {
      const channels = shape.at(-1)!;
      return {
        id: `batchNormRelu: [${shape}]${relu ? '' : ', no ReLU'}`,
        operation: 'batchNormRelu',
        // A mean far from zero, where a variance from sums of squares would cancel.
        inputs: [normal(shape, 5), uniform([channels], 0.8, 1.2), normal([channels], 0, 0.2)],
        compute: (x, gamma, beta) => {
          const options = { relu, epsilon: 1e-3 };
          const result = batchNormRelu(x!, gamma as tf.Tensor1D, beta as tf.Tensor1D, options);
          return [result.y, result.mean, result.variance];
        },
        // 5 x is rounded before the mean goes: 5 to 10 times the errors of the other operations.
        slack: 10,
      };
    }),
  ),
  {
    id: 'batchNormRelu: one row, where variance is zero',
    operation: 'batchNormRelu',
    inputs: [normal([1, 16]), uniform([16], 0.8, 1.2), normal([16])],
    compute: (x, gamma, beta) =>
      batchNormRelu(x!, gamma as tf.Tensor1D, beta as tf.Tensor1D, { relu: false }).y,
    // The gradient of x is zero, from terms of gamma / sqrt(epsilon) = 300 that cancel.
    scale: 300,
  },
  ...[1, 7, 32].flatMap((channels) =>
    [true, false].map((withBias): ParityCase => {
      const statistics = [normal([channels], 3), uniform([channels], 0.5, 2)];
      return {
        id: `movingStatistics: [${channels}]${withBias ? ', bias' : ''}`,
        operation: 'movingStatistics',
        inputs: [...statistics, ...statistics, normal([channels])],
        compute: (...inputs) => {
          const [movingMean, movingVariance, mean, variance, bias] = inputs as tf.Tensor1D[];
          const moved = movingStatistics(
            { mean: movingMean!, variance: movingVariance! },
            { mean: mean!, variance: variance! },
            { momentum: 0.9, count: channels, bias: withBias ? bias! : undefined },
          );
          return [moved.mean, moved.variance];
        },
        differentiate: [],
      };
    }),
  ),
  ...[
    [5, 7],
    [2, 4, 3, 6],
  ].map((shape): ParityCase => {
    const channels = shape.at(-1)!;
    return {
      id: `batchNorm: stored statistics, [${shape}]`,
      operation: 'batchNorm',
      inputs: [
        normal(shape),
        normal([channels]),
        uniform([channels], 0.5, 2),
        normal([channels]),
        uniform([channels], 0.8, 1.2),
      ],
      compute: (x, mean, variance, offset, scale) =>
        tf.batchNorm(
          x!,
          mean as tf.Tensor1D,
          variance as tf.Tensor1D,
          offset as tf.Tensor1D,
          scale as tf.Tensor1D,
          1e-3,
        ),
    };
  }),
];
