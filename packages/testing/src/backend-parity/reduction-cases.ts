import * as tf from '@tensorflow/tfjs';
import { normal, type ParityCase } from './parity-case.ts';

/** Shapes and axes: all, leading, trailing, inner, split ones, and more values than one workgroup sums. */
const REDUCED: readonly (readonly [readonly number[], readonly number[] | undefined])[] = [
  [[7], undefined],
  [[3, 5], undefined],
  [[2, 3, 4, 5], undefined],
  [
    [2, 3, 4, 5],
    [0, 1, 2],
  ],
  [
    [2, 3, 4, 5],
    [1, 2],
  ],
  [[2, 3, 4, 5], [3]],
  [
    [2, 3, 4, 5],
    [0, 2],
  ],
  [[300, 3], [0]],
  [[3, 300], [1]],
  [[4, 1], [1]],
  [[1, 4], [0]],
  [[2, 64, 64, 3], undefined],
  [
    [2, 31, 31, 32],
    [0, 1, 2],
  ],
  [[300_007], undefined],
];

/** Sums, means, extremes and moments. */
export const reductionCases: readonly ParityCase[] = [
  ...(['sum', 'mean'] as const).flatMap((operation) =>
    REDUCED.map(([shape, axes]) => ({
      id: `${operation}: [${shape}] over ${axes ? `axes [${axes}]` : 'all'}`,
      operation,
      // A mean that is not zero: sums of signed values would cancel, and errors would say nothing.
      inputs: [normal(shape, 1)],
      compute: (x: tf.Tensor) => tf[operation](x, axes && [...axes]),
    })),
  ),
  {
    id: 'sum: dimensions kept',
    operation: 'sum',
    inputs: [normal([3, 4, 5], 1)],
    compute: (x) => tf.sum(x!, [0, 2], true),
  },
  ...(['max', 'min'] as const).flatMap((operation) =>
    (
      [
        [[5, 6], [1]],
        [
          [2, 3, 4, 5],
          [1, 2],
        ],
        [[700], undefined],
      ] as const
    ).map(([shape, axes]) => ({
      id: `${operation}: [${shape}] over ${axes ? `axes [${axes}]` : 'all'}`,
      operation,
      inputs: [normal(shape)],
      compute: (x: tf.Tensor) => tf[operation](x, axes && [...axes]),
    })),
  ),
  {
    id: 'argMax: rows',
    operation: 'argMax',
    inputs: [normal([9, 11])],
    compute: (x) => tf.argMax(x!, 1),
    differentiate: [],
  },
  ...(
    [
      [
        [2, 3, 4, 5],
        [0, 1, 2],
      ],
      [[40, 6], [0]],
    ] as const
  ).map(([shape, axes]) => ({
    id: `moments: [${shape}] over axes [${axes}]`,
    operation: 'moments',
    inputs: [normal(shape, 3, 2)],
    compute: (x: tf.Tensor) => {
      const { mean, variance } = tf.moments(x, [...axes]);
      return [variance, mean];
    },
  })),
];
