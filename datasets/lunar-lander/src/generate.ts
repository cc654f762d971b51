import { Rng, throwIfAborted, type Split } from '@paretrain/core';
import { FrameFileWriter } from '@paretrain/core/node';
import { FrameRenderer } from './frame-renderer.ts';
import { rolloutsOf, type LunarLanderOptions } from './options.ts';
import { chooseInstants, playRollout, target } from './rollout.ts';

/** Changes whenever the same options can give other frames or targets. */
export const GENERATOR_VERSION = '1.0.0';

/** Everything that decides the content of a split's frame file; stored in its header. */
export function splitSource(split: Split, options: LunarLanderOptions): Record<string, unknown> {
  const { steps, imageSize, resampling, seed, frames } = options;
  return {
    dataset: 'lunar-lander',
    version: GENERATOR_VERSION,
    split,
    rollouts: rolloutsOf(split, options),
    steps,
    imageSize,
    resampling,
    seed,
    frames: frames[split] ?? null,
  };
}

/**
 * Generates one split into a frame file. Every episode draws from streams of its own (seed, split, episode), so the three
 * splits are three independent runs. Memory holds one episode.
 * @param onProgress called with the number of steps played so far
 * @throws {AbortedError} when `signal` is aborted; the file does not exist then
 * @throws {DataError} when the file cannot be written
 */
export async function generateSplit(
  path: string,
  split: Split,
  options: LunarLanderOptions,
  context: { readonly signal?: AbortSignal; readonly onProgress?: (steps: number) => void } = {},
): Promise<void> {
  const { steps, imageSize, seed } = options;
  const rollouts = rolloutsOf(split, options);
  const limit = options.frames[split];
  const renderer = new FrameRenderer(imageSize, options.resampling);
  const bytes = imageSize * imageSize * 3;
  const frames = new Uint8Array(steps * bytes);
  const writer = await FrameFileWriter.create(path);
  try {
    for (let episode = 0; episode < rollouts; episode++) {
      throwIfAborted(context.signal);
      const stream = (name: string) => Rng.stream(seed, 'lunar-lander', split, String(episode), name);
      const { terrain, instants } = playRollout(stream('episode'), steps);
      // What an episode cannot give falls to the following ones.
      const quota =
        limit === undefined ? undefined : Math.floor(((episode + 1) * limit) / rollouts) - writer.count;
      const chosen = chooseInstants(instants, split, quota, stream('frames'));
      if (chosen.length > 0) renderer.setTerrain(terrain);
      chosen.forEach((instant, i) =>
        renderer.draw(instant.objects, frames.subarray(i * bytes, (i + 1) * bytes)),
      );
      const targets = Float32Array.from(chosen.flatMap((instant) => target(instant, imageSize)));
      await writer.append(frames.subarray(0, chosen.length * bytes), targets, chosen.length);
      context.onProgress?.((episode + 1) * steps);
    }
    const shape = { height: imageSize, width: imageSize, channels: 3, targetSize: 2 };
    await writer.finish({ source: splitSource(split, options), ...shape });
  } catch (error) {
    await writer.discard();
    throw error;
  }
}
