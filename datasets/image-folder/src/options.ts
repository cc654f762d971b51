import { INTERPOLATIONS } from '@paretrain/transforms';
import { z } from 'zod';

const fraction = z.number().min(0).max(1);

const fractions = z
  .strictObject({
    pretrain: fraction.default(0),
    train: fraction.default(0.8),
    test: fraction.default(0.2),
  })
  .refine(
    ({ pretrain, train, test }) => pretrain + train + test < 1 + 1e-9,
    'valid: shares that add up to 1 at most',
  );

export const imageFolderOptions = z.strictObject({
  /** Folder with the images; null: `image-folder` in the data folder. */
  path: z.string().min(1).nullable().default(null),
  /** Height and width of the results, in pixels: 64, 80, 96, ... */
  size: z.number().int().min(64).max(1024).multipleOf(16).default(64),
  /** How the middle square of each image is brought to that size; every pixel counts in a reduction. */
  interpolation: z.enum(INTERPOLATIONS).default('bicubic'),
  /** Shares of all images, rounded down; with 0 for `pretrain`, it is the images of `train`. */
  fractions: fractions.prefault({}),
  /** Which images are in which split. */
  seed: z.number().int().min(0).default(0),
  /** Unit of the numbers in targets.csv. */
  unit: z.string().min(1).default('units'),
});
export type ImageFolderOptions = z.infer<typeof imageFolderOptions>;
