import type { PluginChoice } from '@paretrain/core';

/*
 * Paper 002, table 1: which of the nine random transformations make sense on which data set. Flips would turn a 6 into
 * a 9, and grey digits have no colours.
 */
const DIGITS = ['rotation', 'affine', 'crop', 'cutout', 'gaussian-noise'] as const;
const COLOURED_DIGITS = [...DIGITS, 'colour-jitter', 'grey-scale'] as const;
const OBJECTS = [...COLOURED_DIGITS, 'horizontal-flip', 'vertical-flip'] as const;

/** The transformations of each data set of paper 002. */
export const TRANSFORMATIONS: Readonly<Record<'mnist' | 'cifar-10' | 'svhn', readonly string[]>> = {
  mnist: DIGITS,
  'cifar-10': OBJECTS,
  svhn: COLOURED_DIGITS,
};

/** One of these sequences for every image, applied before the images are tiled 2x2. */
export function policyOf(sequences: readonly (readonly string[])[]): PluginChoice {
  return { name: 'policy', options: { sequences, tiles: { rows: 2, columns: 2 } } };
}
