import { defineTransform } from '@paretrain/core';
import { z } from 'zod';

const times = z.number().int().min(1).max(16).default(2);
const options = z.strictObject({
  /** Copies below one another. */
  rows: times,
  /** Copies side by side. */
  columns: times,
});
export type TileOptions = z.infer<typeof options>;

/** Repeats an image in rows and columns: SVHN's 32x32 becomes 64x64 with 2x2. */
export const tile = defineTransform<TileOptions>({
  name: 'tile',
  version: '1.0.0',
  description: 'Repeats images in rows and columns',
  options,
  build: ({ rows, columns }) => ({
    shape: ({ height, width, channels }) => ({ height: rows * height, width: columns * width, channels }),
    apply(input, output, { height, width, channels }) {
      const line = width * channels;
      for (let y = 0; y < height; y++) {
        const pixels = input.subarray(y * line, (y + 1) * line);
        for (let column = 0; column < columns; column++) output.set(pixels, (y * columns + column) * line);
      }
      for (let row = 1; row < rows; row++)
        output.copyWithin(row * height * columns * line, 0, height * columns * line);
    },
  }),
});
