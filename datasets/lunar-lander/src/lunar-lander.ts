import { createHash } from 'node:crypto';
import { join } from 'node:path';
import {
  DataError,
  SPLITS,
  defineDataset,
  type DatasetContext,
  type DatasetDescription,
  type Split,
} from '@paretrain/core';
import { FrameFile, cachedFrameFile } from '@paretrain/core/node';
import { GENERATOR_VERSION, generateSplit, splitSource } from './generate.ts';
import { positionInPixels } from './geometry.ts';
import { lunarLanderOptions, rolloutsOf, type LunarLanderOptions } from './options.ts';

/**
 * LunarLander frames with the lander's position, as in paper 000, section IV: three independent runs of episodes under a
 * random policy. `pretrain` has every frame; `train` and `test` only those with the lander on screen.
 */
export const lunarLander = defineDataset<LunarLanderOptions>({
  name: 'lunar-lander',
  version: GENERATOR_VERSION,
  description: 'Frames of LunarLander under a random policy, with the position of the lander in pixels',
  source: 'paper 000, section IV; environment: gymnasium LunarLander-v3',
  licence: 'none needed: generated on this machine',
  citation: 'Towers et al., Gymnasium: A Standard Interface for Reinforcement Learning Environments, 2024',
  options: lunarLanderOptions,
  describe,

  async prepare(context) {
    const { options } = context;
    const digests = {} as Record<Split, string>;
    const counts = {} as Record<Split, number>;
    for (const split of SPLITS) {
      const file = await openOrGenerate(split, context);
      digests[split] = file.digest;
      counts[split] = file.count;
      await file.close();
      if (file.count === 0) {
        throw new DataError(
          `lunar-lander: split '${split}' is empty: none of its ${rolloutsOf(split, options)} x ${options.steps} frames shows the lander; ` +
            `valid: more rollouts or steps`,
        );
      }
    }
    const checksum = createHash('sha256')
      .update(SPLITS.map((split) => digests[split]).join('\n'))
      .digest('hex');
    return {
      description: describe(options),
      checksum,
      counts,
      open: (split) => FrameFile.open(framePath(context.cacheDirectory, split, options)),
    };
  },
});

function describe(options: LunarLanderOptions): DatasetDescription {
  const { imageSize, steps, frames } = options;
  const most = (split: Split) => Math.min(rolloutsOf(split, options) * steps, frames[split] ?? Infinity);
  return {
    image: { height: imageSize, width: imageSize, channels: 3 },
    mostImages: { pretrain: most('pretrain'), train: most('train'), test: most('test') },
    target: {
      kind: 'position',
      names: ['x', 'y'],
      unit: 'pixels',
      // The landing pad, and the pixels of one unit of the environment's normalised position.
      offset: positionInPixels(0, 0, imageSize),
      scale: [imageSize / 2, imageSize / 2],
    },
  };
}

/** Where a split with these options is kept. */
export function framePath(cacheDirectory: string, split: Split, options: LunarLanderOptions): string {
  const key = createHash('sha256')
    .update(JSON.stringify(splitSource(split, options)))
    .digest('hex')
    .slice(0, 16);
  return join(cacheDirectory, 'lunar-lander', `${split}-${key}.frames`);
}

/** Opens a split's file; where it is missing or damaged, one process makes it while others wait for it. */
function openOrGenerate(split: Split, context: DatasetContext<LunarLanderOptions>): Promise<FrameFile> {
  const { options, signal, onProgress } = context;
  const path = framePath(context.cacheDirectory, split, options);
  const total = rolloutsOf(split, options) * options.steps;
  const report = (phase: string, done: number) => onProgress?.({ phase, done, total, unit: 'frames' });
  const progress = (steps: number) => report(`generate ${split}`, steps);
  return cachedFrameFile(path, {
    make: () => generateSplit(path, split, options, { onProgress: progress, ...(signal && { signal }) }),
    onWait: () => report(`wait for another process to generate ${split}`, 0),
    onDamaged: ({ message }) => report(`generate ${split} again (${message})`, 0),
    ...(signal && { signal }),
  });
}
