import { ConfigurationError } from '@paretrain/core';
import { describe, expect, it } from 'vitest';
import { replayEpisode, type RecordedEpisode } from '../src/index.ts';
import { NO_SHARED, ownEpisodes, sharedEpisodes, type ReferenceEpisode } from './support.ts';

function expectSamePath(episode: ReferenceEpisode): void {
  const states = replayEpisode(episode);
  expect(states).toHaveLength(episode.states.length);
  const contact = episode.states.findIndex((state) => state[6] === 1 || state[7] === 1);
  let contactsMissed = 0;
  states.forEach((own, step) => {
    const reference = episode.states[step]!;
    expect(own).toHaveLength(8);
    // In the air single and double precision part by a millionth; on the ground contacts amplify it.
    const flying = contact < 0 || step < contact;
    const difference = (field: number) => Math.abs(own[field]! - reference[field]!);
    for (const field of [0, 1]) expect(difference(field)).toBeLessThan(flying ? 1e-5 : 5e-4);
    expect(difference(4)).toBeLessThan(flying ? 5e-5 : 5e-3);
    if (flying) for (const field of [2, 3, 5]) expect(difference(field)).toBeLessThan(1e-3);
    if (difference(6) + difference(7) > 0) contactsMissed++;
  });
  expect(contactsMissed).toBeLessThanOrEqual(3);
}

describe('replayEpisode follows the path of the field’s environment', () => {
  it('has two episodes of its own', () => expect(ownEpisodes).toHaveLength(2));
  it.each(ownEpisodes.map((episode) => [episode.name, episode] as const))('own %s', (_, episode) =>
    expectSamePath(episode),
  );
  if (sharedEpisodes.length === 0) console.warn(`skipped shared episodes: ${NO_SHARED}`);
  describe.skipIf(sharedEpisodes.length === 0)('shared', () => {
    it.each(sharedEpisodes.map((episode) => [episode.name, episode] as const))('%s', (_, episode) =>
      expectSamePath(episode),
    );
  });
});

describe('replayEpisode refuses what it cannot play', () => {
  const valid: RecordedEpisode = {
    ...ownEpisodes[0]!,
    actions: [0, 1],
    dispersionBeforeScale: [
      [0, 0],
      [0, 0],
    ],
  };
  const cases: [string, Partial<RecordedEpisode>, RegExp][] = [
    ['eleven heights', { heights: valid.heights.slice(1) }, /heights: received .*valid: 12 finite numbers/],
    ['a NaN height', { heights: [NaN, ...valid.heights.slice(1)] }, /heights/],
    ['a missing force', { initialForce: [1] as unknown as [number, number] }, /initialForce: received \[1\]/],
    ['action 4', { actions: [0, 4] }, /actions\[1\]: received 4, valid: an integer from 0 to 3/],
    ['a fraction of an action', { actions: [0, 0.5] }, /actions\[1\]: received 0.5/],
    [
      'too little dispersion',
      { dispersionBeforeScale: [[0, 0]] },
      /dispersionBeforeScale: received 1 pairs, valid: 2/,
    ],
    [
      'an infinite dispersion',
      {
        dispersionBeforeScale: [
          [0, 0],
          [0, Infinity],
        ],
      },
      /dispersionBeforeScale\[1\]/,
    ],
  ];
  it.each(cases)('%s', (_, change, message) => {
    expect(() => replayEpisode({ ...valid, ...change })).toThrow(ConfigurationError);
    expect(() => replayEpisode({ ...valid, ...change })).toThrow(message);
  });
  it('plays the valid one', () => expect(replayEpisode(valid)).toHaveLength(2));
});
