import { DataError, Rng, imageSize } from '@paretrain/core';
import { memorySource } from '@paretrain/testing';
import { describe, expect, it } from 'vitest';
import { scaleChannels } from '../scripts/distillation/calibration.ts';
import { flipAndBrightness } from '../scripts/distillation/flip-and-brightness.ts';
import { viewSource } from '../scripts/distillation/view-source.ts';
import { VIEWS_OF_96, VIEW_SHAPE, crop, reduce, tile } from '../scripts/distillation/views.ts';
import { formulaWeights } from './formulas.ts';

const bytes = (count: number, seed = 0): Uint8Array =>
  Uint8Array.from(Rng.stream(seed, 'bytes').uniformArray(count, 0, 256), Math.floor);
const pixel = (image: Uint8Array, size: number, row: number, column: number): number[] =>
  Array.from(image.subarray((row * size + column) * 3, (row * size + column) * 3 + 3));

describe('views', () => {
  it('tile repeats a 32x32 image two by two', () => {
    const image = bytes(32 * 32 * 3);
    const tiled = tile(image, 32);
    for (const [row, column] of [
      [0, 0],
      [5, 40],
      [63, 63],
      [33, 1],
    ] as const) {
      expect(pixel(tiled, 64, row, column)).toEqual(pixel(image, 32, row % 32, column % 32));
    }
  });

  it('crop begins at its corner', () => {
    const image = bytes(96 * 96 * 3);
    const cropped = crop(32, 16)(image, 96);
    expect(cropped).toHaveLength(imageSize(VIEW_SHAPE));
    expect(pixel(cropped, 64, 0, 0)).toEqual(pixel(image, 96, 32, 16));
    expect(pixel(cropped, 64, 63, 63)).toEqual(pixel(image, 96, 95, 79));
  });

  it('reduce averages the area of each pixel', () => {
    const flat = new Uint8Array(96 * 96 * 3).fill(77);
    expect(reduce(flat, 96).every((value) => value === 77)).toBe(true);
    const image = bytes(96 * 96 * 3);
    // 3x3 pixels become 2x2; the first covers one whole pixel, two halves and a quarter.
    const at = (row: number, column: number): number => image[(row * 96 + column) * 3]!;
    const expected = (at(0, 0) + at(0, 1) / 2 + at(1, 0) / 2 + at(1, 1) / 4) / 2.25;
    expect(reduce(image, 96)[0]).toBe(Math.round(expected));
  });
});

describe('viewSource', () => {
  const shape = (size: number) => ({ height: size, width: size, channels: 3 });
  const small = bytes(4 * 32 * 32 * 3, 1);
  const large = bytes(2 * 96 * 96 * 3, 2);
  const source = viewSource([
    { source: memorySource(small, shape(32), Float32Array.of(1, 2, 3, 4), 1), views: [tile] },
    { source: memorySource(large, shape(96), Float32Array.of(5, 6), 1), views: VIEWS_OF_96 },
  ]);

  it('has every view of every image, in any order, without labels', async () => {
    expect(source.count).toBe(4 + 2 * 6);
    const { images, targets } = await source.read([15, 3, 4]);
    const size = imageSize(VIEW_SHAPE);
    expect(targets).toEqual(new Float32Array(3));
    expect(images.subarray(0, size)).toEqual(reduce(large.subarray(96 * 96 * 3), 96));
    expect(images.subarray(size, 2 * size)).toEqual(tile(small.subarray(3 * 32 * 32 * 3), 32));
    expect(images.subarray(2 * size)).toEqual(crop(0, 0)(large.subarray(0, 96 * 96 * 3), 96));
  });

  it.each([16, -1, 1.5])('rejects index %j', async (index) => {
    await expect(source.read([index])).rejects.toThrow(DataError);
    await expect(source.read([index])).rejects.toThrow(`received index ${index}, valid: 0 to 15`);
  });
});

describe('flipAndBrightness', () => {
  it('mirrors rows and scales bytes up to 255', () => {
    const options = { flip: 1, brightness: [2, 2] as [number, number] };
    const image = Uint8Array.of(1, 2, 3, 100, 150, 200);
    const output = new Uint8Array(6);
    const row = { height: 1, width: 2, channels: 3 };
    flipAndBrightness.build(options).apply(image, output, row, Rng.stream(0, 'x'));
    expect(Array.from(output)).toEqual([200, 255, 255, 2, 4, 6]);
  });
});

describe('scaleChannels', () => {
  it('brings every channel to the scale and leaves silent ones', () => {
    const weights = formulaWeights();
    const rootMeanSquare = new Float32Array(192).fill(0.5);
    rootMeanSquare[1] = 0;
    const scaled = scaleChannels(weights, rootMeanSquare, 2);
    const kernel = weights['features.3.weight'];
    expect(scaled['features.3.weight'][7]).toBe(Math.fround(kernel[7]! * 4));
    expect(scaled['features.3.weight'][1607]).toBe(kernel[1607]);
    expect(scaled['features.3.bias'][3]).toBe(Math.fround(weights['features.3.bias'][3]! * 4));
    expect(scaled['features.0.weight']).toBe(weights['features.0.weight']);
  });
});
