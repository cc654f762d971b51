import { batchNormRelu, biasActivation, meanSquaredError } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { exactly, normal, normalExcept, uniform, type ParityCase } from './parity-case.ts';

const SPOILT = [NaN, Infinity, -Infinity];

/**
 * What a training must survive or notice: empty and one-sample batches, and NaN and infinities, which have to reach the
 * loss (where training stops with an error) instead of being lost on the way.
 */
export const edgeCases: readonly ParityCase[] = [
  ...emptyCases(),
  ...oneSampleCases(),
  ...(['add', 'mul', 'sub', 'div'] as const).map((operation): ParityCase => ({
    id: `${operation}: NaN and infinities`,
    operation,
    inputs: [exactly([...SPOILT, 1, 1, 1]), exactly([1, 1, 1, ...SPOILT])],
    compute: (a, b) => tf[operation](a!, b!),
    differentiate: [],
  })),
  ...(['relu', 'leakyRelu', 'sigmoid', 'tanh', 'exp', 'sqrt', 'square', 'abs'] as const).map(
    (operation): ParityCase => ({
      id: `${operation}: NaN and infinities`,
      operation,
      inputs: [exactly([...SPOILT, 2])],
      compute: (x) => tf[operation](x!),
      differentiate: [],
    }),
  ),
  ...(['sum', 'mean', 'max'] as const).map((operation): ParityCase => ({
    id: `${operation}: a row with NaN, a row with infinity`,
    operation,
    inputs: [normalExcept([3, 40], { 5: NaN, 50: Infinity })],
    compute: (x) => tf[operation](x!, 1),
    differentiate: [],
  })),
  {
    id: 'matMul: NaN and infinity keep to their row and column',
    operation: 'matMul',
    inputs: [normalExcept([6, 9], { 5: NaN }), normalExcept([9, 7], { 3: Infinity })],
    compute: (a, b) => tf.matMul(a!, b!),
    differentiate: [],
  },
  {
    id: 'conv2d: NaN keeps to the pixels that see it',
    operation: 'conv2d',
    inputs: [normalExcept([2, 6, 6, 3], { 4: NaN }), normal([3, 3, 3, 5])],
    compute: (x, filter) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'valid'),
    differentiate: [],
  },
  {
    id: 'maxPool: infinity',
    operation: 'maxPool',
    inputs: [normalExcept([1, 4, 4, 2], { 3: Infinity, 9: -Infinity })],
    compute: (x) => tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid'),
    differentiate: [],
  },
  {
    id: 'meanSquaredError: NaN reaches the loss',
    operation: 'meanSquaredError',
    inputs: [normalExcept([4, 9], { 20: NaN }), normal([4, 9])],
    compute: (x, target) => meanSquaredError(x!, target!),
    differentiate: [],
  },
  {
    id: 'biasActivation: NaN through ReLU reaches the loss',
    operation: 'biasActivation',
    inputs: [normalExcept([4, 9], { 20: NaN }), normal([9])],
    compute: (x, bias) => tf.sum(biasActivation(x!, bias as tf.Tensor1D, 'relu')),
    differentiate: [],
  },
];

function emptyCases(): ParityCase[] {
  return [
    {
      id: 'add: empty',
      operation: 'add',
      inputs: [normal([0, 3]), normal([3])],
      compute: (a, b) => tf.add(a!, b!),
    },
    { id: 'relu: empty', operation: 'relu', inputs: [normal([0, 3])], compute: (x) => tf.relu(x!) },
    { id: 'sum: empty', operation: 'sum', inputs: [normal([0, 3])], compute: (x) => tf.sum(x!, 0) },
    { id: 'sum: no columns', operation: 'sum', inputs: [normal([3, 0])], compute: (x) => tf.sum(x!, 1) },
    {
      id: 'reshape: empty',
      operation: 'reshape',
      inputs: [normal([0, 4])],
      compute: (x) => tf.reshape(x!, [0, 2, 2]),
    },
    {
      id: 'concat: one part empty',
      operation: 'concat',
      inputs: [normal([0, 3]), normal([2, 3])],
      compute: (...tensors) => tf.concat(tensors, 0),
    },
    ...(
      [
        [0, 5, 3],
        [5, 0, 3],
        [4, 5, 0],
      ] as const
    ).map(([m, n, k]): ParityCase => ({
      id: `matMul: empty, ${m}x${n}x${k}`,
      operation: 'matMul',
      inputs: [normal([m, k]), normal([k, n])],
      compute: (a, b) => tf.matMul(a!, b!),
    })),
    {
      id: 'conv2d: empty batch',
      operation: 'conv2d',
      inputs: [normal([0, 6, 6, 3]), normal([3, 3, 3, 4])],
      compute: (x, filter) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same'),
    },
    {
      id: 'conv2dTranspose: empty batch',
      operation: 'conv2dTranspose',
      inputs: [normal([0, 3, 3, 4]), normal([3, 3, 2, 4])],
      compute: (x, filter) =>
        tf.conv2dTranspose(x as tf.Tensor4D, filter as tf.Tensor4D, [0, 7, 7, 2], 2, 'valid'),
    },
    {
      id: 'maxPool: empty batch',
      operation: 'maxPool',
      inputs: [normal([0, 4, 4, 2])],
      compute: (x) => tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid'),
    },
    {
      id: 'biasActivation: empty batch',
      operation: 'biasActivation',
      inputs: [normal([0, 5]), normal([5])],
      compute: (x, bias) => biasActivation(x!, bias as tf.Tensor1D, 'relu'),
    },
  ];
}

function oneSampleCases(): ParityCase[] {
  return [
    {
      id: 'conv2d: one image of one pixel',
      operation: 'conv2d',
      inputs: [normal([1, 1, 1, 1]), normal([1, 1, 1, 1])],
      compute: (x, filter) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'valid'),
    },
    {
      id: 'conv2d: one image, one position',
      operation: 'conv2d',
      inputs: [normal([1, 4, 4, 3]), normal([4, 4, 3, 6])],
      compute: (x, filter) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 2, 'valid'),
    },
    {
      id: 'conv2dTranspose: one image of one pixel',
      operation: 'conv2dTranspose',
      inputs: [normal([1, 1, 1, 4]), normal([5, 5, 3, 4])],
      compute: (x, filter) =>
        tf.conv2dTranspose(x as tf.Tensor4D, filter as tf.Tensor4D, [1, 5, 5, 3], 2, 'valid'),
    },
    {
      id: 'batchNormRelu: one image',
      operation: 'batchNormRelu',
      inputs: [normal([1, 4, 4, 6]), uniform([6], 0.8, 1.2), normal([6], 0, 0.2)],
      compute: (x, gamma, beta) => {
        const result = batchNormRelu(x!, gamma as tf.Tensor1D, beta as tf.Tensor1D);
        return [result.y, result.mean, result.variance];
      },
    },
    {
      id: 'meanSquaredError: one number',
      operation: 'meanSquaredError',
      inputs: [normal([1, 1]), normal([1, 1])],
      compute: (x, target) => meanSquaredError(x!, target!),
      differentiate: [0],
    },
  ];
}
