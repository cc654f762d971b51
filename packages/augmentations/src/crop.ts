import { defineAugmentation, type ImageShape } from '@paretrain/core';
import { axisWeights, resizeImage, type AxisWeights } from '@paretrain/transforms';
import { z } from 'zod';
import { checkFits, type Area } from './area.ts';

const options = z.strictObject({
  /** Height and width of the part that is kept, in pixels; at most the image's. */
  size: z.number().int().min(1).max(4096).default(20),
});
export type CropOptions = z.infer<typeof options>;

/** Weights that bring an area back to the size of the whole image. */
interface Enlargement {
  readonly down: AxisWeights;
  readonly across: AxisWeights;
}

function enlargement({ height, width }: Pick<Area, 'height' | 'width'>, shape: ImageShape): Enlargement {
  return {
    down: axisWeights(height, shape.height, 'bilinear', true),
    across: axisWeights(width, shape.width, 'bilinear', true),
  };
}

/**
 * Cuts an area out of an image and enlarges it to the size of the image: torchvision's `resized_crop`, bilinear.
 * @param input bytes, height x width x channels
 * @param output as large; every byte is written
 * @param area inside of the image
 */
export function cropImage(
  input: Uint8Array,
  output: Uint8Array,
  shape: ImageShape,
  area: Area,
  weights = enlargement(area, shape),
): void {
  const { channels } = shape;
  const line = area.width * channels;
  const part = new Uint8Array(area.height * line);
  for (let row = 0; row < area.height; row++) {
    const from = ((area.top + row) * shape.width + area.left) * channels;
    part.set(input.subarray(from, from + line), row * line);
  }
  resizeImage(part, output, channels, weights.across, weights.down);
}

/**
 * Keeps a square somewhere in the image, enlarged to the image's size. The paper gives 20x20 and does not say what becomes of it; it is
 * enlarged here, bilinearly, since the encoder takes images of one size.
 */
export const crop = defineAugmentation<CropOptions>({
  name: 'crop',
  version: '1.0.0',
  description: 'Enlarges a random square of the image to the size of the image',
  source: 'Bouayed et al. 2020, Appendix A, Crop',
  options,
  build({ size }) {
    // All images of a data set have one shape.
    let kept: (Enlargement & { readonly shape: ImageShape }) | undefined;
    return {
      apply(input, output, shape, rng) {
        checkFits('crop', size, shape);
        if (kept?.shape.height !== shape.height || kept.shape.width !== shape.width) {
          kept = { shape, ...enlargement({ height: size, width: size }, shape) };
        }
        const top = rng.integer(shape.height - size + 1);
        const left = rng.integer(shape.width - size + 1);
        cropImage(input, output, shape, { top, left, height: size, width: size }, kept);
      },
    };
  },
});
