import type { BuiltAugmentation } from '@paretrain/core';

/** The smallest augmentation that shows: every image mirrored from left to right. */
export const sampleAugmentation: BuiltAugmentation = {
  apply(input, output, { height, width, channels }) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const from = (y * width + (width - 1 - x)) * channels;
        output.set(input.subarray(from, from + channels), (y * width + x) * channels);
      }
    }
  },
};
