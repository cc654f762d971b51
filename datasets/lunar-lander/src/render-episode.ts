import { ConfigurationError } from '@paretrain/core';
import { bicubicWeights, reduceColumns, reduceRows, type Resampling } from './bicubic.ts';
import { FrameRenderer } from './frame-renderer.ts';
import { VIEWPORT } from './geometry.ts';
import { LanderWorld } from './lander-world.ts';
import { checkEpisode, type RecordedEpisode } from './replay-episode.ts';

/** A picture of an episode after one of its steps. */
export interface RenderedFrame {
  readonly step: number;
  /** As `STATE_FIELDS` names it. */
  readonly state: readonly number[];
  /** 400 x 600 x 4 bytes, RGBA. */
  readonly picture: Uint8Array;
  /** size x size x 3 bytes, RGB. */
  readonly frame: Uint8Array;
}

/**
 * Replays a recorded episode and draws it after the given steps (0 is the first). As in the field's environment, exhaust
 * particles age when a picture is drawn, not when time passes: where few steps are drawn, many particles are to be seen.
 * @throws {ConfigurationError} on a recording that is not valid or a step outside of it
 */
export function renderEpisode(
  episode: RecordedEpisode,
  steps: readonly number[],
  options: { readonly imageSize?: number; readonly resampling?: Resampling } = {},
): RenderedFrame[] {
  checkEpisode(episode);
  const last = episode.actions.length - 1;
  for (const step of steps) {
    if (!(Number.isInteger(step) && step >= 0 && step <= last)) {
      throw new ConfigurationError(
        `lunar-lander: steps: received ${step}, valid: integers from 0 to ${last}`,
      );
    }
  }
  const size = options.imageSize ?? 64;
  const renderer = new FrameRenderer(size, options.resampling);
  const world = new LanderWorld(episode);
  renderer.setTerrain(world.terrain);
  const frames: RenderedFrame[] = [];
  episode.actions.forEach((action, step) => {
    world.step(action, episode.dispersionBeforeScale[step]!);
    if (!steps.includes(step)) return;
    world.ageParticles();
    const objects = { outlines: world.outlines(), particles: world.particles() };
    const frame = new Uint8Array(size * size * 3);
    renderer.draw(objects, frame);
    frames.push({ step, state: world.state(), picture: renderer.drawFull(objects), frame });
  });
  return frames;
}

/** Reduces any 600 x 400 RGBA picture as frames are reduced: size x size x 3 bytes, RGB. */
export function reducePicture(
  picture: Uint8Array,
  size: number,
  resampling: Resampling = 'antialiased',
): Uint8Array {
  const rows = new Float32Array(VIEWPORT.height * size * 3);
  const frame = new Uint8Array(size * size * 3);
  const all = [0, size] as const;
  reduceRows(picture, bicubicWeights(VIEWPORT.width, size, resampling), [0, VIEWPORT.height], all, rows);
  reduceColumns(rows, size, bicubicWeights(VIEWPORT.height, size, resampling), all, all, frame);
  return frame;
}
