import * as tf from '@tensorflow/tfjs';
import { exactly, normal, uniform, type ParityCase, type ParityInput } from './parity-case.ts';

/** Shapes of two operands: equal, a row, a column, one value, ranks that differ, and more elements than one workgroup. */
const PAIRS: readonly (readonly [readonly number[], readonly number[]])[] = [
  [[7], [7]],
  [
    [3, 5],
    [3, 5],
  ],
  [
    [2, 3, 4, 5],
    [2, 3, 4, 5],
  ],
  [[2, 3, 4, 5], [5]],
  [
    [4, 5],
    [4, 1],
  ],
  [[5], [4, 5]],
  [[3, 4], []],
  [
    [2, 1, 3],
    [1, 4, 1],
  ],
  [[33, 37], [37]],
];

const SHAPES: readonly (readonly number[])[] = [[], [1], [7], [3, 5], [2, 3, 4, 5], [33, 37]];

/** Operations on pairs of values. */
const BINARY: readonly {
  readonly operation: string;
  readonly compute: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;
  readonly second?: (shape: readonly number[]) => ParityInput;
  /** Whether tfjs can differentiate it where one operand is broadcast; it forgets to sum these on every backend. */
  readonly broadcasts?: false;
}[] = [
  { operation: 'add', compute: (a, b) => tf.add(a, b) },
  { operation: 'sub', compute: (a, b) => tf.sub(a, b) },
  { operation: 'mul', compute: (a, b) => tf.mul(a, b) },
  { operation: 'div', compute: (a, b) => tf.div(a, b), second: (shape) => uniform(shape, 0.5, 2) },
  { operation: 'squaredDifference', compute: (a, b) => tf.squaredDifference(a, b), broadcasts: false },
  { operation: 'maximum', compute: (a, b) => tf.maximum(a, b), broadcasts: false },
  { operation: 'minimum', compute: (a, b) => tf.minimum(a, b), broadcasts: false },
];

/** Operations on one value, and the values that mean something to them. */
const UNARY: readonly {
  readonly operation: string;
  readonly compute: (x: tf.Tensor) => tf.Tensor;
  readonly input?: (shape: readonly number[]) => ParityInput;
}[] = [
  { operation: 'relu', compute: (x) => tf.relu(x) },
  { operation: 'leakyRelu', compute: (x) => tf.leakyRelu(x, 0.01) },
  { operation: 'sigmoid', compute: (x) => tf.sigmoid(x) },
  { operation: 'tanh', compute: (x) => tf.tanh(x) },
  { operation: 'exp', compute: (x) => tf.exp(x) },
  { operation: 'log', compute: (x) => tf.log(x), input: (shape) => uniform(shape, 0.1, 3) },
  { operation: 'sqrt', compute: (x) => tf.sqrt(x), input: (shape) => uniform(shape, 0.1, 3) },
  { operation: 'rsqrt', compute: (x) => tf.rsqrt(x), input: (shape) => uniform(shape, 0.1, 3) },
  { operation: 'square', compute: (x) => tf.square(x) },
  { operation: 'abs', compute: (x) => tf.abs(x) },
  { operation: 'neg', compute: (x) => tf.neg(x) },
  { operation: 'softmax', compute: (x) => tf.softmax(x.rank === 0 ? tf.reshape(x, [1]) : x) },
];

/** Values at which activations and their derivatives are easily wrong: signed zeros and far from zero. */
const FAR = [0, -0, 1e-20, -1e-20, 30, -30, 90, -90, 1e30, -1e30];

/** Arithmetic, activations and their derivatives, with broadcasting. */
export const elementwiseCases: readonly ParityCase[] = [
  ...BINARY.flatMap(({ operation, compute, second = normal, broadcasts = true }) =>
    PAIRS.map(([a, b]): ParityCase => {
      const equal = a.join() === b.join();
      return {
        id: `${operation}: [${a}] and [${b}]`,
        operation,
        inputs: [normal(a), second(b)],
        compute,
        ...(broadcasts || equal ? {} : { differentiate: [] }),
      };
    }),
  ),
  ...UNARY.flatMap(({ operation, compute, input = normal }) =>
    SHAPES.map((shape) => ({
      id: `${operation}: [${shape}]`,
      operation,
      inputs: [input(shape)],
      compute,
    })),
  ),
  ...(['relu', 'leakyRelu', 'sigmoid', 'tanh'] as const).map((operation) => ({
    id: `${operation}: zeros and large values`,
    operation,
    inputs: [exactly(FAR)],
    compute: (x: tf.Tensor) => tf[operation](x),
  })),
  {
    id: 'addN: four tensors',
    operation: 'addN',
    inputs: [normal([3, 5]), normal([3, 5]), normal([3, 5]), normal([3, 5])],
    compute: (...tensors) => tf.addN(tensors),
  },
  {
    id: 'addN: scalars',
    operation: 'addN',
    inputs: [normal([]), normal([])],
    compute: (...tensors) => tf.addN(tensors),
  },
];
