import { defineAugmentation } from '@paretrain/core';
import { z } from 'zod';
import { WARP_INTERPOLATIONS, warpImage } from './warp-image.ts';

const options = z.strictObject({
  /** Rotations are uniform between this many degrees clockwise and counter-clockwise. */
  degrees: z.number().min(0).max(180).default(45),
  /** torchvision's default is `nearest`, and the paper names no other. */
  interpolation: z.enum(WARP_INTERPOLATIONS).default('nearest'),
});
export type RotationOptions = z.infer<typeof options>;

/** Rotates images about their middle, by up to 45 degrees either way in the paper; corners that become free are black. */
export const rotation = defineAugmentation<RotationOptions>({
  name: 'rotation',
  version: '1.0.0',
  description: 'Rotates images about their middle by a random angle',
  source: 'Bouayed et al. 2020, Appendix A, Random rotation',
  options,
  build: ({ degrees, interpolation }) => ({
    apply(input, output, shape, rng) {
      warpImage(input, output, shape, {
        rotation: rng.uniform(-degrees, degrees),
        scale: 1,
        interpolation,
      });
    },
  }),
});
