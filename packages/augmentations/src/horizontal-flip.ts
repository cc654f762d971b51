import { defineAugmentation, type ImageShape } from '@paretrain/core';
import { z } from 'zod';

const options = z.strictObject({
  /** Share of the images that is mirrored; the paper gives none, torchvision's default is 0.5. */
  probability: z.number().min(0).max(1).default(0.5),
});
export type HorizontalFlipOptions = z.infer<typeof options>;

/**
 * Mirrors an image left to right.
 * @param input bytes, height x width x channels
 * @param output as large; every byte is written
 */
export function mirrorColumns(input: Uint8Array, output: Uint8Array, shape: ImageShape): void {
  const { width, channels } = shape;
  const line = width * channels;
  for (let start = 0; start < input.length; start += line) {
    for (let column = 0; column < width; column++) {
      const to = start + column * channels;
      const from = start + (width - 1 - column) * channels;
      for (let channel = 0; channel < channels; channel++) output[to + channel] = input[from + channel]!;
    }
  }
}

/** Mirrors half of the images left to right. */
export const horizontalFlip = defineAugmentation<HorizontalFlipOptions>({
  name: 'horizontal-flip',
  version: '1.0.0',
  description: 'Mirrors a share of the images left to right',
  source: 'Bouayed et al. 2020, Table 1, Horizontal flip',
  options,
  build: ({ probability }) => ({
    apply(input, output, shape, rng) {
      if (rng.uniform() < probability) mirrorColumns(input, output, shape);
      else output.set(input);
    },
  }),
});
