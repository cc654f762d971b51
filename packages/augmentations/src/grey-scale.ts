import { defineAugmentation, type ImageShape } from '@paretrain/core';
import { z } from 'zod';
import { checkColours } from './check-colours.ts';

const options = z.strictObject({
  /** Share of the images that loses its colours; the paper gives none, SimCLR (Chen et al. 2020) has 0.2. */
  probability: z.number().min(0).max(1).default(0.2),
});
export type GreyScaleOptions = z.infer<typeof options>;

/** Brightness of a colour (ITU-R BT.601), 0 to 255, cut off to whole numbers as torchvision does for bytes. */
export function luma(red: number, green: number, blue: number): number {
  return Math.floor(0.2989 * red + 0.587 * green + 0.114 * blue);
}

/**
 * The brightness of every pixel in all three channels: torchvision's `rgb_to_grayscale`. Images of one channel stay as they are.
 * @param input bytes, height x width x (1 or 3)
 * @param output as large; every byte is written
 */
export function greyImage(input: Uint8Array, output: Uint8Array, { channels }: ImageShape): void {
  if (channels === 1) return output.set(input);
  for (let i = 0; i < input.length; i += 3) {
    output.fill(luma(input[i]!, input[i + 1]!, input[i + 2]!), i, i + 3);
  }
}

/**
 * Takes the colours from a fifth of the images. The paper does not say from how many; its colour jitter is that of SimCLR, so the share
 * is SimCLR's too.
 */
export const greyScale = defineAugmentation<GreyScaleOptions>({
  name: 'grey-scale',
  version: '1.0.0',
  description: 'Takes the colours from a share of the images',
  source: 'Bouayed et al. 2020, Table 1, Gray scale',
  options,
  build: ({ probability }) => ({
    apply(input, output, shape, rng) {
      checkColours('grey-scale', shape);
      if (rng.uniform() < probability) greyImage(input, output, shape);
      else output.set(input);
    },
  }),
});
