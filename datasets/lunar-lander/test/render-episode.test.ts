import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigurationError } from '@paretrain/core';
import { describe, expect, it } from 'vitest';
import { positionInPixels, reducePicture, renderEpisode } from '../src/index.ts';
import {
  NO_SHARED,
  fixture,
  landerCentroid,
  meanAbsoluteDifference,
  ownEpisodes,
  patch,
  readPng,
  sharedEpisodes,
  type ReferenceEpisode,
} from './support.ts';

/** @param drawn the steps that were drawn when the reference was made: exhaust ages by being drawn */
async function expectSamePictures(episode: ReferenceEpisode, drawn: readonly number[]): Promise<void> {
  let compared = 0;
  for (const { step, frame, picture } of renderEpisode(episode, drawn)) {
    const path = join(episode.folder, `${episode.name}_step${String(step).padStart(3, '0')}.png`);
    if (!existsSync(path)) continue;
    const reference = reducePicture(await readPng(path), 64);
    expect(reducePicture(picture, 64)).toEqual(frame);
    expect(meanAbsoluteDifference(frame, reference)).toBeLessThan(3);
    const [x, y] = positionInPixels(episode.states[step]![0]!, episode.states[step]![1]!, 64);
    const around = patch(x, y, 14);
    if (around.length > 0) expect(meanAbsoluteDifference(frame, reference, around)).toBeLessThan(5);
    const [own, theirs] = [landerCentroid(frame), landerCentroid(reference)];
    expect(own === undefined).toBe(theirs === undefined);
    if (own && theirs) expect(Math.hypot(own.x - theirs.x, own.y - theirs.y)).toBeLessThan(0.4);
    compared++;
  }
  expect(compared).toBe(5);
}

describe('pictures agree with those of the field’s environment', () => {
  const every = (episode: ReferenceEpisode) => episode.actions.map((_, step) => step);
  it.each(ownEpisodes.map((episode) => [episode.name, episode] as const))('own %s', async (_, episode) => {
    await expectSamePictures(episode, every(episode));
  });
  if (sharedEpisodes.length === 0) console.warn(`skipped shared pictures: ${NO_SHARED}`);
  describe.skipIf(sharedEpisodes.length === 0)('shared', () => {
    it.each(sharedEpisodes.map((episode) => [episode.name, episode] as const))('%s', async (_, episode) => {
      await expectSamePictures(episode, [1, 20, 60, 100, 149]);
    });
  });
});

describe('reducePicture agrees with other libraries', () => {
  it.each([
    ['antialiased', 'Pillow’s BICUBIC'],
    ['interpolated', 'OpenCV’s INTER_CUBIC'],
  ] as const)('%s: %s', async (resampling, _) => {
    const picture = await readPng(fixture('episode02_step060.png'));
    const reference = (await readPng(fixture(`episode02_step060_${resampling}.png`))).filter(
      (_, i) => i % 4 !== 3,
    );
    const own = reducePicture(picture, 64, resampling);
    expect(own).toHaveLength(reference.length);
    expect(Math.max(...own.map((value, i) => Math.abs(value - reference[i]!)))).toBeLessThanOrEqual(1);
  });
});

describe('renderEpisode', () => {
  const episode = ownEpisodes[0]!;
  it('reduces only what moves, with the bytes of a reduction of the whole picture', () => {
    for (const imageSize of [64, 96]) {
      for (const resampling of ['antialiased', 'interpolated'] as const) {
        for (const { picture, frame } of renderEpisode(episode, [0, 3, 5, 8, 40, 41, 80, 119], {
          imageSize,
          resampling,
        })) {
          expect(frame).toEqual(reducePicture(picture, imageSize, resampling));
        }
      }
    }
  });
  it('refuses a step outside of the episode', () => {
    expect(() => renderEpisode(episode, [120])).toThrow(ConfigurationError);
    expect(() => renderEpisode(episode, [120])).toThrow(/steps: received 120, valid: integers from 0 to 119/);
  });
});
