import { defineAugmentation } from '@paretrain/core';
import { z } from 'zod';

const options = z.strictObject({
  /** Share of images that are mirrored left to right. */
  flip: z.number().min(0).max(1).default(0.5),
  /** Range of the factor on every byte. */
  brightness: z.tuple([z.number().min(0), z.number().min(0)]).default([0.5, 1.3]),
});

/** Mirrors images at random and multiplies their brightness, so that the student also imitates dark images. */
export const flipAndBrightness = defineAugmentation<z.infer<typeof options>>({
  name: 'flip-and-brightness',
  version: '1.0.0',
  description: 'Horizontal flip and a random factor on the brightness',
  options,
  build: ({ flip, brightness: [low, high] }) => ({
    apply(input, output, { height, width, channels }, rng) {
      const mirrored = rng.uniform() < flip;
      const factor = rng.uniform(low, high);
      for (let row = 0; row < height; row++) {
        for (let column = 0; column < width; column++) {
          const to = (row * width + column) * channels;
          const from = mirrored ? (row * width + width - 1 - column) * channels : to;
          for (let channel = 0; channel < channels; channel++) {
            output[to + channel] = Math.min(255, Math.round(input[from + channel]! * factor));
          }
        }
      }
    },
  }),
});
