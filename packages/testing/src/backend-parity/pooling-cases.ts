import * as tf from '@tensorflow/tfjs';
import { normal, ties, type ParityCase } from './parity-case.ts';

const POOLS = [
  { size: 2, stride: 2, pad: 'valid' },
  { size: 3, stride: 2, pad: 'valid' },
  { size: 3, stride: 2, pad: 'same' },
  { size: 3, stride: 1, pad: 'same' },
  { size: 2, stride: 3, pad: 'valid' },
] as const;

/** Pooling; of tied maxima the first gets the gradient, as on the `cpu` backend, in PyTorch and in TensorFlow. */
export const poolingCases: readonly ParityCase[] = [
  ...POOLS.flatMap(({ size, stride, pad }): ParityCase[] => {
    const geometry = `${size}x${size}, stride ${stride}, ${pad}`;
    return [
      {
        id: `maxPool: ${geometry}`,
        operation: 'maxPool',
        inputs: [normal([2, 7, 8, 3])],
        compute: (x) => tf.maxPool(x as tf.Tensor4D, size, stride, pad),
      },
      {
        id: `maxPool: ties, ${geometry}`,
        operation: 'maxPool',
        inputs: [ties([2, 7, 8, 3])],
        compute: (x) => tf.maxPool(x as tf.Tensor4D, size, stride, pad),
      },
      {
        id: `avgPool: ${geometry}`,
        operation: 'avgPool',
        inputs: [normal([2, 7, 8, 3])],
        compute: (x) => tf.avgPool(x as tf.Tensor4D, size, stride, pad),
        // Under padding the cpu backend divides the gradient by the whole window, forward by the pixels in it: finite
        // differences say that its gradient is wrong and TensorFlow's right. Nothing here pools averages with padding.
        ...(pad === 'same' ? { differentiate: [] } : {}),
      },
    ];
  }),
  {
    id: 'maxPool: of ReLU, mostly zeros',
    operation: 'maxPool',
    inputs: [normal([2, 6, 6, 4], -1)],
    compute: (x) => tf.maxPool(tf.relu(x as tf.Tensor4D), 3, 2, 'valid'),
  },
  {
    id: 'avgPool: the whole image',
    operation: 'avgPool',
    inputs: [normal([3, 4, 4, 10])],
    compute: (x) => tf.avgPool(x as tf.Tensor4D, 4, 1, 'valid'),
  },
];
