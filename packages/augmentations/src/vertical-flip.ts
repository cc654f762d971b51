import { defineAugmentation, type ImageShape } from '@paretrain/core';
import { z } from 'zod';

const options = z.strictObject({
  /** Share of the images that is turned upside down; the paper gives none, torchvision's default is 0.5. */
  probability: z.number().min(0).max(1).default(0.5),
});
export type VerticalFlipOptions = z.infer<typeof options>;

/**
 * Mirrors an image top to bottom.
 * @param input bytes, height x width x channels
 * @param output as large; every byte is written
 */
export function mirrorRows(input: Uint8Array, output: Uint8Array, shape: ImageShape): void {
  const line = shape.width * shape.channels;
  for (let row = 0; row < shape.height; row++) {
    const from = (shape.height - 1 - row) * line;
    output.set(input.subarray(from, from + line), row * line);
  }
}

/** Mirrors half of the images top to bottom. */
export const verticalFlip = defineAugmentation<VerticalFlipOptions>({
  name: 'vertical-flip',
  version: '1.0.0',
  description: 'Mirrors a share of the images top to bottom',
  source: 'Bouayed et al. 2020, Table 1, Vertical flip',
  options,
  build: ({ probability }) => ({
    apply(input, output, shape, rng) {
      if (rng.uniform() < probability) mirrorRows(input, output, shape);
      else output.set(input);
    },
  }),
});
