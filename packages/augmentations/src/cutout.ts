import { defineAugmentation, type ImageShape } from '@paretrain/core';
import { z } from 'zod';
import { checkFits, type Area } from './area.ts';

const options = z.strictObject({
  /** Height and width of the part that is hidden, in pixels; at most the image's. */
  size: z.number().int().min(1).max(4096).default(10),
});
export type CutoutOptions = z.infer<typeof options>;

/**
 * Blackens an area: torchvision's `erase` with the value 0.
 * @param input bytes, height x width x channels
 * @param output as large; every byte is written
 * @param area inside of the image
 */
export function eraseArea(input: Uint8Array, output: Uint8Array, shape: ImageShape, area: Area): void {
  output.set(input);
  for (let row = area.top; row < area.top + area.height; row++) {
    const from = (row * shape.width + area.left) * shape.channels;
    output.fill(0, from, from + area.width * shape.channels);
  }
}

/**
 * Hides a square of 10x10 pixels. The paper says neither with what nor whether the square may stick out of the image: it is black and
 * wholly inside, as torchvision's `RandomErasing` does.
 */
export const cutout = defineAugmentation<CutoutOptions>({
  name: 'cutout',
  version: '1.0.0',
  description: 'Blackens a random square of the image',
  source:
    'Bouayed et al. 2020, Appendix A, Cutout; DeVries and Taylor, Improved regularization of convolutional neural networks with cutout, 2017',
  options,
  build: ({ size }) => ({
    apply(input, output, shape, rng) {
      checkFits('cutout', size, shape);
      const top = rng.integer(shape.height - size + 1);
      const left = rng.integer(shape.width - size + 1);
      eraseArea(input, output, shape, { top, left, height: size, width: size });
    },
  }),
});
