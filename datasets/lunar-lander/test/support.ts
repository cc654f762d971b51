import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { parseOptions, type DatasetProgress, type Split } from '@paretrain/core';
import { lunarLander, type LunarLanderOptions, type RecordedEpisode } from '../src/index.ts';

export interface ReferenceEpisode extends RecordedEpisode {
  readonly name: string;
  readonly folder: string;
  readonly states: readonly (readonly number[])[];
}

const FIXTURES = join(import.meta.dirname, 'fixtures');
const root = join(import.meta.dirname, '../../..');
const SHARED = join(
  process.env['PARETRAIN_DATA_DIR'] ?? join(root, '../shared/data'),
  'lunar-lander-reference',
);

function episodes(folder: string): ReferenceEpisode[] {
  return readdirSync(folder)
    .filter((file) => /^episode\d+\.json$/.test(file))
    .map((file) => {
      const episode = JSON.parse(readFileSync(join(folder, file), 'utf8')) as RecordedEpisode & {
        states: number[][];
      };
      return { ...episode, name: file.replace('.json', ''), folder };
    });
}

export const ownEpisodes = episodes(FIXTURES);
export const sharedEpisodes = existsSync(SHARED) ? episodes(SHARED) : [];
export const NO_SHARED = `no reference episodes in ${SHARED} (set PARETRAIN_DATA_DIR)`;

export async function readPng(path: string): Promise<Uint8Array> {
  const image = await loadImage(path);
  const context = createCanvas(image.width, image.height).getContext('2d');
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

export function fixture(name: string): string {
  return join(FIXTURES, name);
}

export function meanAbsoluteDifference(a: Uint8Array, b: Uint8Array, indices?: readonly number[]): number {
  const where = indices ?? Array.from(a, (_, i) => i);
  return where.reduce((sum, i) => sum + Math.abs(a[i]! - b[i]!), 0) / where.length;
}

/** Indices of the bytes of a patch of 64 x 64 x 3, as far as it lies inside. */
export function patch(centreX: number, centreY: number, side: number): number[] {
  const indices: number[] = [];
  const [left, top] = [Math.round(centreX - side / 2), Math.round(centreY - side / 2)];
  for (let y = Math.max(top, 0); y < Math.min(top + side, 64); y++) {
    for (let x = Math.max(left, 0); x < Math.min(left + side, 64); x++) {
      for (let c = 0; c < 3; c++) indices.push((y * 64 + x) * 3 + c);
    }
  }
  return indices;
}

/** Centroid of the lander's colour, more blue than red or green, in a size x size x 3 frame; undefined where too little of it is. */
export function landerCentroid(
  frame: Uint8Array,
  size = 64,
): { x: number; y: number; weight: number } | undefined {
  let [weight, sumX, sumY] = [0, 0, 0];
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const [red, green, blue] = frame.subarray((y * size + x) * 3, (y * size + x) * 3 + 3);
      const blueness = Math.max(0, blue! - Math.max(red!, green!) - 10);
      weight += blueness;
      sumX += blueness * (x + 0.5);
      sumY += blueness * (y + 0.5);
    }
  }
  return weight > 200 ? { x: sumX / weight, y: sumY / weight, weight } : undefined;
}

export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'lunar-lander-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export function options(received: Record<string, unknown>): LunarLanderOptions {
  return parseOptions(lunarLander, received);
}

export async function prepare(
  cacheDirectory: string,
  received: Record<string, unknown>,
  more: { signal?: AbortSignal; onProgress?: (progress: DatasetProgress) => void } = {},
) {
  return lunarLander.prepare({ options: options(received), cacheDirectory, ...more });
}

export async function readAll(prepared: Awaited<ReturnType<typeof prepare>>, split: Split) {
  const source = await prepared.open(split);
  const batch = await source.read(Array.from({ length: source.count }, (_, i) => i));
  await source.close();
  return batch;
}
