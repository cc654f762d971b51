import { ConfigurationError } from '@paretrain/core';
import { TERRAIN_HEIGHTS } from './geometry.ts';
import { ACTIONS, LanderWorld } from './lander-world.ts';

/** Everything that decides an episode: the same numbers give the same path. */
export interface RecordedEpisode {
  /** 12 terrain heights, metres, before smoothing. */
  readonly heights: readonly number[];
  /** Force on the lander's centre during the first step, newtons. */
  readonly initialForce: readonly [number, number];
  /** One action (0 to 3) a step; the first is the no-op that the environment's reset applies. */
  readonly actions: readonly number[];
  /** Two numbers in [-1, 1] a step, as drawn, before they are divided by the scale of 30 pixels per metre. */
  readonly dispersionBeforeScale: readonly (readonly [number, number])[];
}

/**
 * Plays recorded numbers through the physics and gives the state after every step, as `STATE_FIELDS` names it; the
 * episode goes on after a landing or crash.
 * @returns one array of 8 numbers a step
 * @throws {ConfigurationError} when a list has the wrong length or holds a number that is not valid
 */
export function replayEpisode(episode: RecordedEpisode): number[][] {
  checkEpisode(episode);
  const world = new LanderWorld(episode, { particles: false });
  return episode.actions.map((action, i) => {
    world.step(action, episode.dispersionBeforeScale[i]!);
    return world.state();
  });
}

/** @throws {ConfigurationError} naming the field, what was received and what is valid */
export function checkEpisode(episode: RecordedEpisode): void {
  const { heights, initialForce, actions, dispersionBeforeScale } = episode;
  checkNumbers('heights', heights, TERRAIN_HEIGHTS);
  checkNumbers('initialForce', initialForce, 2);
  if (!Array.isArray(actions)) fail('actions', typeof actions, 'a list of actions');
  actions.forEach((action, i) => {
    if (!(Number.isInteger(action) && action >= 0 && action < ACTIONS.length)) {
      fail(`actions[${i}]`, String(action), `an integer from 0 to ${ACTIONS.length - 1}`);
    }
  });
  if (!Array.isArray(dispersionBeforeScale) || dispersionBeforeScale.length !== actions.length) {
    fail(
      'dispersionBeforeScale',
      `${dispersionBeforeScale?.length} pairs`,
      `${actions.length}, one an action`,
    );
  }
  dispersionBeforeScale.forEach((pair, i) => checkNumbers(`dispersionBeforeScale[${i}]`, pair, 2));
}

function checkNumbers(field: string, values: readonly number[], length: number): void {
  if (!Array.isArray(values) || values.length !== length || !values.every(Number.isFinite)) {
    fail(field, JSON.stringify(values) ?? 'nothing', `${length} finite numbers`);
  }
}

function fail(field: string, received: string, valid: string): never {
  throw new ConfigurationError(`lunar-lander: ${field}: received ${received}, valid: ${valid}`);
}
