import { Rng, SPLITS, stratifiedOrder, type Split } from '@paretrain/core';
import type { ImageFolderOptions } from './options.ts';

/** Number of images of each split, of `count` images in all. */
export function splitCounts(
  count: number,
  { fractions }: Pick<ImageFolderOptions, 'fractions'>,
): Readonly<Record<Split, number>> {
  // Products such as 0.3 * 10 lie a little below the whole number that they stand for.
  const share = (split: Split) => Math.floor(fractions[split] * count + 1e-9);
  const train = share('train');
  return { pretrain: fractions.pretrain === 0 ? train : share('pretrain'), train, test: share('test') };
}

/**
 * Divides images into splits, each with the classes in the proportions of the whole.
 * @param labels class of every image; all the same where there are no classes
 */
export function splitImages(
  labels: ArrayLike<number>,
  options: Pick<ImageFolderOptions, 'fractions' | 'seed'>,
): Readonly<Record<Split, Uint32Array>> {
  const order = stratifiedOrder(labels, Rng.stream(options.seed, 'image-folder', 'split'));
  const counts = splitCounts(labels.length, options);
  const splits = {} as Record<Split, Uint32Array>;
  let start = 0;
  for (const split of [...SPLITS].reverse()) {
    const shared = split === 'pretrain' && options.fractions.pretrain === 0;
    splits[split] = shared ? splits.train : order.subarray(start, (start += counts[split]));
  }
  return splits;
}
