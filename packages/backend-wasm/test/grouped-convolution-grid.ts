import { groupedConv2d } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { type Simd } from '../src/index.ts';
import { expectSameAsCpu, on } from './support.ts';

/** The grouped kernels against the composition of ordinary convolutions that other backends run. */
export function describeGroupedConvolutions(simd: Simd): void {
  // batch, height, width, channels, filters, groups, filter height, filter width, stride, padding
  it.each([
    [2, 9, 8, 6, 6, 2, 3, 3, 1, 'same'],
    [2, 9, 8, 96, 96, 32, 3, 3, 1, 'same'],
    [2, 9, 8, 96, 96, 32, 3, 3, 2, 'same'],
    [1, 6, 7, 192, 192, 32, 3, 3, 1, 1],
    [1, 5, 5, 48, 96, 4, 3, 3, 1, 'valid'],
    [2, 7, 6, 8, 4, 4, 2, 3, 1, 'valid'],
    [2, 7, 6, 10, 35, 5, 1, 1, 1, 'valid'],
    [3, 4, 4, 7, 7, 7, 3, 3, 1, 'same'],
    [1, 1, 1, 6, 9, 3, 3, 3, 1, 'same'],
    [0, 5, 5, 6, 6, 3, 3, 3, 1, 'same'],
    [1, 16, 16, 72, 24, 3, 5, 5, 2, 'same'],
    [2, 7, 7, 6, 6, 2, 2, 2, 3, 'valid'], // phases of the image that see no tap
    [2, 5, 5, 8, 32, 2, 1, 1, 2, 'valid'], // 16 filters: twice two vectors
    [1, 6, 6, 8, 56, 2, 3, 3, 1, 'same'], // 28 filters: seven vectors
    [150, 2, 2, 4, 8, 2, 2, 2, 1, 'same'], // several blocks of images
    [2, 3, 3, 12, 6, 2, 3, 3, 1, 'valid'], // one patch an image: all taps are one run
  ] as const)(
    `${simd}: grouped convolution, %i x %i x %i x %i, %i filters in %i groups, %i x %i, stride %i, pad %s`,
    async (batch, height, width, channels, filters, groups, filterHeight, filterWidth, stride, pad) => {
      await on('wasm', () => {
        expect(tf.getKernel('ParetrainGroupedConv2D', 'wasm')).toBeDefined();
        return [];
      });
      await expectSameAsCpu((values) => {
        const x = values.tensor<tf.Rank.R4>([batch, height, width, channels]);
        const filter = values.tensor<tf.Rank.R4>([filterHeight, filterWidth, channels / groups, filters]);
        const y = groupedConv2d(x, filter, groups, stride, pad);
        const dy = values.tensor(y.shape);
        const loss = (x: tf.Tensor, filter: tf.Tensor) =>
          tf.sum(tf.mul(groupedConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, groups, stride, pad), dy));
        return [y, ...tf.grads(loss)([x, filter])];
      }, 'grouped');
    },
  );
}
