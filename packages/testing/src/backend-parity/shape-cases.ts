import * as tf from '@tensorflow/tfjs';
import { integers, normal, type ParityCase } from './parity-case.ts';

/** Operations that move values without changing them. */
export const shapeCases: readonly ParityCase[] = [
  {
    id: 'reshape: [2, 3, 4] to [6, 4]',
    operation: 'reshape',
    inputs: [normal([2, 3, 4])],
    compute: (x) => tf.mul(tf.reshape(x!, [6, 4]), 2),
  },
  ...(
    [
      [
        [5, 7],
        [1, 0],
      ],
      [
        [2, 3, 4],
        [2, 0, 1],
      ],
      [
        [4, 5, 3, 2],
        [2, 3, 1, 0],
      ],
      [
        [4, 5, 3, 2],
        [3, 2, 0, 1],
      ],
      [
        [33, 2, 1, 35],
        [0, 3, 1, 2],
      ],
    ] as const
  ).map(([shape, axes]) => ({
    id: `transpose: [${shape}] to axes [${axes}]`,
    operation: 'transpose',
    inputs: [normal(shape)],
    compute: (x: tf.Tensor) => tf.transpose(x, [...axes]),
  })),
  {
    id: 'pad: image borders',
    operation: 'pad',
    inputs: [normal([2, 3, 4, 3])],
    compute: (x) => tf.pad(x!, [[0, 0], [2, 1], [0, 3], [0, 0]]), // prettier-ignore
  },
  {
    id: 'pad: a constant, two dimensions',
    operation: 'pad',
    inputs: [normal([3, 4])],
    compute: (x) => tf.pad(x!, [[1, 0], [0, 2]], 0.5), // prettier-ignore
  },
  {
    id: 'slice: of a matrix',
    operation: 'slice',
    inputs: [normal([5, 6])],
    compute: (x) => tf.slice(x!, [1, 2], [3, 3]),
  },
  {
    id: 'slice: of channels',
    operation: 'slice',
    inputs: [normal([2, 3, 3, 8])],
    compute: (x) => tf.slice(x!, [0, 0, 0, 3], [2, 3, 3, 5]),
  },
  ...[0, 1, 3].map((axis) => ({
    id: `concat: three tensors along axis ${axis}`,
    operation: 'concat',
    inputs: [normal([2, 3, 2, 4]), normal([2, 3, 2, 4]), normal([2, 3, 2, 4])],
    compute: (...tensors: tf.Tensor[]) => tf.concat(tensors, axis),
  })),
  {
    id: 'concat: more tensors than a device binds at once',
    operation: 'concat',
    inputs: Array.from({ length: 13 }, () => normal([2, 3])),
    compute: (...tensors) => tf.concat(tensors, 1),
  },
  {
    id: 'split: unequal channels',
    operation: 'split',
    inputs: [normal([2, 3, 3, 7])],
    // Of the parts, each used differently, so that a swapped gradient shows.
    compute: (x) => {
      const [a, b, c] = tf.split(x!, [2, 1, 4], 3);
      return [tf.concat([tf.mul(a!, 2), tf.mul(b!, 3), c!], 3), a!, b!, c!];
    },
  },
  {
    id: 'stack: along a new axis',
    operation: 'stack',
    inputs: [normal([3, 4]), normal([3, 4])],
    compute: (...tensors) => tf.stack(tensors, 1),
  },
  {
    id: 'tile: rows',
    operation: 'tile',
    inputs: [normal([1, 5])],
    compute: (x) => tf.tile(x!, [4, 1]),
  },
  {
    id: 'tile: both axes',
    operation: 'tile',
    inputs: [normal([2, 3])],
    compute: (x) => tf.tile(x!, [2, 3]),
  },
  {
    id: 'oneHot: classes of integers',
    operation: 'oneHot',
    inputs: [integers([9], 5)],
    compute: (x) => tf.cast(tf.oneHot(x as tf.Tensor1D, 5), 'float32'),
  },
  {
    id: 'cast: float to integer and back',
    operation: 'cast',
    inputs: [normal([40], 0, 5)],
    compute: (x) => tf.cast(tf.cast(x!, 'int32'), 'float32'),
    differentiate: [],
  },
];
