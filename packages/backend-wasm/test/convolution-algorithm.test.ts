import { describe, expect, it } from 'vitest';
import { winogradTile, winogradTiles } from '../src/kernels/convolution-algorithm.ts';
import { convolutionInfo } from '../src/kernels/convolution-geometry.ts';

const info = (
  [batch, side, channels]: [number, number, number],
  [filter, filters]: [number, number],
  strides: number | [number, number] = 1,
  pad: 'same' | 'valid' = 'same',
  dilations = 1,
) =>
  convolutionInfo('test', [batch, side, side, channels], [filter, filter, channels, filters], {
    strides,
    pad,
    dilations,
  });

describe('winogradTiles', () => {
  it('applies to square filters that are 2, 3 or 5 strides long, filters in multiples of 4', () => {
    expect(winogradTiles(info([2, 9, 4], [3, 8]))).toEqual([2, 4, 5]);
    expect(winogradTiles(info([2, 9, 4], [4, 8], 2))).toEqual([2, 3, 5]);
    expect(winogradTiles(info([2, 9, 4], [5, 8]))).toEqual([2, 3]);
  });

  it.each([
    ['one pixel', info([2, 9, 4], [1, 8])],
    ['seven strides long', info([2, 9, 4], [7, 8])],
    ['ten filters', info([2, 9, 4], [3, 10])],
    ['unequal strides', info([2, 9, 4], [3, 8], [1, 2])],
    ['dilated', info([2, 9, 4], [3, 8], 1, 'same', 2)],
  ])('does not apply: %s', (_why, shape) => {
    expect(winogradTiles(shape)).toEqual([]);
    expect(winogradTile(shape, 'forward')).toBe(0);
  });
});

describe('winogradTile', () => {
  it.each(['forward', 'input-gradient', 'filter-gradient'] as const)(
    'takes tiles of 4 x 4 for the 3x3 layers of a VGG, %s',
    (direction) => {
      for (const [side, channels] of [
        [32, 64],
        [16, 128],
        [8, 256],
      ] as const) {
        expect(winogradTile(info([32, side, channels], [3, channels]), direction)).toBe(4);
      }
    },
  );

  it('takes the direct product where transforming the filter costs more than it saves', () => {
    expect(winogradTile(info([1, 4, 512], [3, 512]), 'forward')).toBe(0);
    expect(winogradTile(info([2, 4, 4], [3, 4]), 'forward')).toBe(0);
  });
});
