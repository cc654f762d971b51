import { appendFile, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { AbortedError } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { embedFolder, type EmbedFolderOptions } from '../src/encoder/embed-folder.ts';
import type { RunEncoder } from '../src/encoder/run-encoder.ts';
import { readNpy } from './support/npy.ts';

const NAMES = Array.from({ length: 10 }, (_, i) => `${i}.png`);
const BROKEN = '4.png';
let folder: string;
let out: string;
let prepared: string[];

beforeEach(async () => {
  await tf.setBackend('cpu');
  const directory = await mkdtemp(join(tmpdir(), 'embed-folder-'));
  folder = join(directory, 'images');
  out = join(directory, 'embeddings.npy');
  await mkdir(folder);
  for (const name of NAMES) await writeFile(join(folder, name), name);
  prepared = [];
});
afterEach(async () => {
  expect(tf.memory().numTensors).toBe(0);
  await rm(join(folder, '..'), { recursive: true });
});

/** An image is one pixel, its number; an embedding that and its half. */
const encoder: RunEncoder = {
  preparer: {
    image: { height: 1, width: 1, channels: 1 },
    async prepare(path) {
      prepared.push(basename(path));
      if (path.endsWith(BROKEN)) throw new Error('broken\nimage');
      return Uint8Array.of(Number.parseInt(basename(path), 10));
    },
  },
  size: 2,
  encode: (images) => {
    const column = tf.mul(tf.reshape(images, [-1, 1]), 255);
    return tf.concat([column, tf.div(column, 2)], 1) as tf.Tensor2D;
  },
  dispose() {},
};

function embed(more: Partial<EmbedFolderOptions> = {}) {
  const options = { encoder, checksum: 'a', folder, out, batchSize: 3, signal: new AbortController().signal };
  return embedFolder({ ...options, onProgress: () => undefined, onSkipped: () => undefined, ...more });
}

/** Stops after two batches, as Ctrl-C does. */
async function embedTwoBatches(): Promise<void> {
  const controller = new AbortController();
  const onProgress = ({ done }: { done: number }) => void (done >= 6 && controller.abort());
  await expect(embed({ signal: controller.signal, onProgress })).rejects.toThrow(AbortedError);
}

const EXPECTED = NAMES.filter((name) => name !== BROKEN);

async function expectWhole(): Promise<void> {
  const rows = await readNpy(out);
  expect(rows).toHaveLength(EXPECTED.length);
  rows.forEach(([value, half], i) => {
    expect(value).toBeCloseTo(Number.parseInt(EXPECTED[i]!, 10), 4);
    expect(half).toBeCloseTo(value! / 2, 4);
  });
  expect((await readdir(join(folder, '..'))).sort()).toEqual([
    'embeddings.files.json',
    'embeddings.npy',
    'images',
  ]);
  expect(JSON.parse(await readFile(out.replace('.npy', '.files.json'), 'utf8'))).toEqual(EXPECTED);
}

describe('embedFolder', () => {
  it('embeds in the order of the names and leaves out what cannot be read', async () => {
    const skipped: unknown[] = [];
    const result = await embed({ onSkipped: (one) => skipped.push(one) });
    expect(skipped).toEqual([{ file: BROKEN, reason: 'broken image' }]);
    expect(result).toMatchObject({ files: EXPECTED, skipped, size: 2 });
    await expectWhole();
  });

  it('goes on where it was stopped, and tells of what was left out before', async () => {
    await embedTwoBatches();
    expect(prepared).toEqual(NAMES.slice(0, 6));
    expect((await readdir(join(folder, '..'))).sort()).toEqual(['embeddings.npy.partial', 'images']);
    prepared = [];
    const states: unknown[] = [];
    const { skipped } = await embed({ onProgress: (state) => states.push(state) });
    expect(prepared).toEqual(NAMES.slice(6));
    expect(skipped.map(({ file }) => file)).toEqual([BROKEN]);
    expect(states).toEqual([9, 10].map((done) => ({ done, before: 6, total: 10 })));
    await expectWhole();
  });

  it('does the batch again that a kill cut in two', async () => {
    await embedTwoBatches();
    await appendFile(join(`${out}.partial`, 'values.f32'), new Uint8Array(5));
    await appendFile(join(`${out}.partial`, 'done.jsonl'), '{"files":["6.png","7.');
    prepared = [];
    await embed();
    expect(prepared).toEqual(NAMES.slice(6));
    await expectWhole();
  });

  it.each([
    ['another encoder', async () => embed({ checksum: 'b' })],
    [
      'a changed image',
      async () => {
        await writeFile(join(folder, '0.png'), 'longer');
        return embed();
      },
    ],
  ])('begins anew with %s', async (_, again) => {
    await embedTwoBatches();
    prepared = [];
    await again();
    expect(prepared).toEqual(NAMES);
    await expectWhole();
  });

  it('writes nothing where no image can be read', async () => {
    const preparer = { ...encoder.preparer, prepare: () => Promise.reject(new Error('broken')) };
    await expect(embed({ encoder: { ...encoder, preparer } })).rejects.toThrow(
      /none of 10 images .* 0\.png: broken/,
    );
    expect(await readdir(join(folder, '..'))).toEqual(['images']);
    await expect(embed({ folder: join(folder, 'none') })).rejects.toThrow(/no folder .*none'/);
  });

  it('refuses embeddings that are no numbers', async () => {
    const encode = (images: tf.Tensor4D) => tf.fill([images.shape[0], 2], Number.NaN) as tf.Tensor2D;
    await expect(embed({ encoder: { ...encoder, encode } })).rejects.toThrow(/embedding of 0\.png holds NaN/);
  });
});
