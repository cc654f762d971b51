import type { Split } from '@paretrain/core';
import { z } from 'zod';
import { RESAMPLING } from './bicubic.ts';

const episodes = z.int().min(1).max(1_000_000);
const atMost = z.int().min(1).optional();

/** Options of the data set. */
export const lunarLanderOptions = z.strictObject({
  /** Episodes of each of the three runs, or of one after the other; paper 000: 700 of each. */
  rollouts: z
    .union([episodes, z.strictObject({ pretrain: episodes, train: episodes, test: episodes })], {
      error: 'valid: a number of episodes from 1 to 1,000,000, or one for each of pretrain, train and test',
    })
    .default(700),
  /** Frames of an episode, from the state after its reset on; it goes on after a landing or crash. Paper 000: 150. */
  steps: z.int().min(1).max(100_000).default(150),
  /** Side of the square frames in pixels. */
  imageSize: z.int().min(16).max(400).default(64),
  resampling: z.enum(RESAMPLING).default('antialiased'),
  /** Seed of everything random in the data. */
  seed: z.int().min(0).default(0),
  /**
   * At most this many frames of a split, drawn without replacement and evenly from all episodes. A split has fewer when
   * its episodes do not have as many frames that may be used.
   */
  frames: z.strictObject({ pretrain: atMost, train: atMost, test: atMost }).default({}),
});

export type LunarLanderOptions = z.infer<typeof lunarLanderOptions>;

/** Episodes of a split's run. */
export function rolloutsOf(split: Split, { rollouts }: LunarLanderOptions): number {
  return typeof rollouts === 'number' ? rollouts : rollouts[split];
}
