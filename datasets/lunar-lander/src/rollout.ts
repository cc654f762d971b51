import { type Rng, type Split } from '@paretrain/core';
import { isOnScreen, positionInPixels, TERRAIN_HEIGHTS, WORLD, type Point } from './geometry.ts';
import { ACTIONS, LanderWorld } from './lander-world.ts';
import type { MovingObjects } from './scene-canvas.ts';

const INITIAL_FORCE = 1000;

/** One instant of an episode: what is to be seen and where the lander is. */
export interface Instant {
  readonly objects: MovingObjects;
  /** The environment's normalised position. */
  readonly x: number;
  readonly y: number;
}

export interface Rollout {
  readonly terrain: readonly Point[];
  readonly instants: readonly Instant[];
}

/**
 * Plays one episode under the uniformly random policy. The first instant is that after the environment's reset, which
 * applies one step without engines. Picture and position of an instant are taken after the same step.
 * @param rng decides terrain, first force, actions and engine dispersion
 */
export function playRollout(rng: Rng, steps: number): Rollout {
  const heights = Array.from({ length: TERRAIN_HEIGHTS }, () => rng.uniform(0, WORLD.height / 2));
  const force = () => rng.uniform(-INITIAL_FORCE, INITIAL_FORCE);
  const world = new LanderWorld({ heights, initialForce: [force(), force()] });
  const instants = Array.from({ length: steps }, (_, step): Instant => {
    const action = step === 0 ? 0 : rng.integer(ACTIONS.length);
    world.step(action, [rng.uniform(-1, 1), rng.uniform(-1, 1)]);
    world.ageParticles();
    const [x, y] = world.state();
    return { objects: { outlines: world.outlines(), particles: world.particles() }, x: x!, y: y! };
  });
  return { terrain: world.terrain, instants };
}

/** The target of a frame: the lander's position in pixels, x to the right and y downwards. */
export function target(instant: Instant, imageSize: number): [number, number] {
  return positionInPixels(instant.x, instant.y, imageSize);
}

/**
 * The instants of an episode that a split uses, in time order: in `train` and `test` only those with the lander on screen;
 * with a quota, a random choice of that many.
 */
export function chooseInstants(
  instants: readonly Instant[],
  split: Split,
  quota: number | undefined,
  rng: Rng,
): readonly Instant[] {
  const usable = split === 'pretrain' ? instants : instants.filter(({ x, y }) => isOnScreen(x, y));
  if (quota === undefined || quota >= usable.length) return usable;
  const chosen = [...rng.permutation(usable.length).subarray(0, quota)].sort((a, b) => a - b);
  return chosen.map((index) => usable[index]!);
}
