import { VIEWPORT, type Point } from './geometry.ts';
import type { AxisWeights } from '@paretrain/transforms';
import { bicubicWeights, outputsTouched, reduceColumns, reduceRows, type Resampling } from './bicubic.ts';
import {
  SceneCanvas,
  WHOLE_PICTURE,
  coveredParts,
  type MovingObjects,
  type PixelRectangle,
} from './scene-canvas.ts';

const NOTHING: MovingObjects = { outlines: [], particles: [] };

/**
 * Draws frames at 600 x 400 and reduces them to `size` x `size`. Only what the lander and its exhaust cover is drawn and
 * reduced again; the rest of a frame is the episode's empty scene, reduced once. Every output pixel is the sum of the same
 * products in the same order as if the whole frame had been reduced, so both give the same bytes (tested).
 */
export class FrameRenderer {
  readonly size: number;
  readonly #scene = new SceneCanvas();
  readonly #across: AxisWeights;
  readonly #down: AxisWeights;
  /** The empty scene: RGBA at full size, after the horizontal pass, and reduced. */
  #still = new Uint8Array(VIEWPORT.width * VIEWPORT.height * 4);
  readonly #stillRows: Float32Array;
  readonly #stillFrame: Uint8Array;
  /** The same of the frame being made. */
  #pixels = new Uint8Array(VIEWPORT.width * VIEWPORT.height * 4);
  readonly #rows: Float32Array;

  constructor(size: number, resampling: Resampling = 'antialiased') {
    this.size = size;
    this.#across = bicubicWeights(VIEWPORT.width, size, resampling);
    this.#down = bicubicWeights(VIEWPORT.height, size, resampling);
    this.#stillRows = new Float32Array(VIEWPORT.height * size * 3);
    this.#rows = new Float32Array(VIEWPORT.height * size * 3);
    this.#stillFrame = new Uint8Array(size * size * 3);
  }

  /** Prepares for frames of an episode on this terrain (11 points, metres). */
  setTerrain(terrain: readonly Point[]): void {
    const all = [0, this.size] as const;
    this.#scene.setTerrain(terrain);
    this.#still.set(this.drawFull(NOTHING));
    this.#pixels.set(this.#still);
    reduceRows(this.#still, this.#across, [0, VIEWPORT.height], all, this.#stillRows);
    this.#rows.set(this.#stillRows);
    reduceColumns(this.#stillRows, this.size, this.#down, all, all, this.#stillFrame);
  }

  /** The 600 x 400 picture, RGBA. */
  drawFull(objects: MovingObjects): Uint8Array {
    this.#scene.draw(objects, [WHOLE_PICTURE]);
    const { buffer, byteOffset, byteLength } = this.#scene.pixels(WHOLE_PICTURE);
    return new Uint8Array(buffer, byteOffset, byteLength);
  }

  /** Writes the reduced frame, RGB bytes, size x size x 3, into `frame`. */
  draw(objects: MovingObjects, frame: Uint8Array): void {
    const parts = coveredParts(objects);
    this.#scene.draw(objects, parts);
    for (const part of parts) copyPart(this.#scene.pixels(part), this.#pixels, part);
    const columns = parts.map((part) => outputsTouched(this.#across, part.left, part.right));
    const rows = parts.map((part) => outputsTouched(this.#down, part.top, part.bottom));

    parts.forEach((part, i) =>
      reduceRows(this.#pixels, this.#across, [part.top, part.bottom], columns[i]!, this.#rows),
    );
    frame.set(this.#stillFrame);
    parts.forEach((_, i) => reduceColumns(this.#rows, this.size, this.#down, rows[i]!, columns[i]!, frame));

    parts.forEach((part, i) => this.#restore(part, columns[i]!));
  }

  /** Puts the empty scene back where a frame has changed it. */
  #restore(part: PixelRectangle, columns: readonly [number, number]): void {
    for (let y = part.top; y < part.bottom; y++) {
      const [from, to] = [(y * VIEWPORT.width + part.left) * 4, (y * VIEWPORT.width + part.right) * 4];
      this.#pixels.set(this.#still.subarray(from, to), from);
      const [start, end] = [(y * this.size + columns[0]) * 3, (y * this.size + columns[1]) * 3];
      this.#rows.set(this.#stillRows.subarray(start, end), start);
    }
  }
}

function copyPart(source: Uint8ClampedArray, target: Uint8Array, part: PixelRectangle): void {
  const length = (part.right - part.left) * 4;
  for (let y = part.top, from = 0; y < part.bottom; y++, from += length) {
    target.set(source.subarray(from, from + length), (y * VIEWPORT.width + part.left) * 4);
  }
}
