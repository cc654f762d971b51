import * as tf from '@tensorflow/tfjs';
import { normal, type ParityCase } from './parity-case.ts';

/** Rows, columns, depth: one value, odd sizes, vectors, and sizes beyond a tile of any kernel. */
const PRODUCTS = [
  [1, 1, 1],
  [5, 7, 3],
  [1, 64, 33],
  [33, 1, 64],
  [2, 260, 130],
  [64, 48, 40],
  [70, 9, 257],
] as const;

const TRANSPOSITIONS = [
  [false, false],
  [false, true],
  [true, false],
  [true, true],
] as const;

/** Matrix products, and dense layers made of them. */
export const matrixCases: readonly ParityCase[] = [
  ...TRANSPOSITIONS.flatMap(([transposeA, transposeB]) =>
    PRODUCTS.map(([m, n, k]) => ({
      id: `matMul: ${m}x${n}x${k}${transposeA ? ', a transposed' : ''}${transposeB ? ', b transposed' : ''}`,
      operation: 'matMul',
      inputs: [normal(transposeA ? [k, m] : [m, k]), normal(transposeB ? [n, k] : [k, n])],
      compute: (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b, transposeA, transposeB),
    })),
  ),
  {
    id: 'matMul: three matrices at once',
    operation: 'matMul',
    inputs: [normal([3, 4, 5]), normal([3, 5, 7])],
    compute: (a, b) => tf.matMul(a!, b!),
  },
  {
    id: 'matMul: three matrices with one',
    operation: 'matMul',
    inputs: [normal([3, 4, 5]), normal([1, 5, 7])],
    compute: (a, b) => tf.matMul(a!, b!),
    differentiate: [0],
  },
  ...(['linear', 'relu', 'sigmoid'] as const).flatMap((activation) =>
    [1, 6].map((batch) => ({
      id: `layers.dense: ${activation}, batch ${batch}`,
      operation: 'layers.dense',
      inputs: [normal([batch, 11]), normal([11, 5]), normal([5])],
      compute: (x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor) =>
        tf.fused.matMul({
          a: x as tf.Tensor2D,
          b: kernel as tf.Tensor2D,
          bias,
          activation,
        }),
    })),
  ),
];
