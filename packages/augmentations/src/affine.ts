import { defineAugmentation } from '@paretrain/core';
import { z } from 'zod';
import { WARP_INTERPOLATIONS, warpImage } from './warp-image.ts';

const options = z.strictObject({
  /** Rotations are uniform between this many degrees clockwise and counter-clockwise. */
  degrees: z.number().min(0).max(180).default(45),
  /** Lowest and highest factor of the scaling, which is uniform between them. */
  scale: z
    .tuple([z.number().positive(), z.number().positive()])
    .refine(([low, high]) => low <= high, { error: 'valid: two positive numbers, the lower one first' })
    .default([0.5, 1.5]),
  /** torchvision's default is `nearest`, and the paper names no other. */
  interpolation: z.enum(WARP_INTERPOLATIONS).default('nearest'),
});
export type AffineOptions = z.infer<typeof options>;

/** Rotates images by up to 45 degrees either way and scales them to 0.5 to 1.5 of their size; what becomes free is black. */
export const affine = defineAugmentation<AffineOptions>({
  name: 'affine',
  version: '1.0.0',
  description: 'Rotates and scales images about their middle by a random angle and factor',
  source: 'Bouayed et al. 2020, Appendix A, Affine transformation',
  options,
  build: ({ degrees, scale: [low, high], interpolation }) => ({
    apply(input, output, shape, rng) {
      const rotation = rng.uniform(-degrees, degrees);
      warpImage(input, output, shape, { rotation, scale: rng.uniform(low, high), interpolation });
    },
  }),
});
