import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError, DataError, parseOptions } from '@paretrain/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_CLASS, STL_10_CLASSES, stl10 } from '../src/index.ts';

const SHARED = process.env['PARETRAIN_DATA_DIR'] ?? join(import.meta.dirname, '../../../../shared/data');
let root: string;
let folder: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'stl-10-'));
  folder = join(root, 'stl10_binary');
  mkdirSync(folder);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function pixel(id: number, y: number, x: number, channel: number): number {
  return (id * 31 + y * 5 + x * 3 + channel * 101) % 256;
}

/** An image as the official description has it: red, green and blue plane, each column by column. */
function record(id: number): Buffer {
  const bytes: number[] = [];
  for (let c = 0; c < 3; c++) {
    for (let x = 0; x < 96; x++) for (let y = 0; y < 96; y++) bytes.push(pixel(id, y, x, c));
  }
  return Buffer.from(bytes);
}

function writeSmall(): void {
  const file = (name: string, content: Buffer) => writeFileSync(join(folder, name), content);
  file('unlabeled_X.bin', Buffer.concat([record(0), record(1)]));
  file('train_X.bin', Buffer.concat([record(2), record(3), record(4)]));
  file('train_y.bin', Buffer.of(1, 10, 4));
  file('test_X.bin', record(5));
  file('test_y.bin', Buffer.of(2));
}

function prepare(dataDirectory?: string) {
  const cacheDirectory = join(root, 'cache');
  return stl10.prepare({
    options: {},
    cacheDirectory,
    ...(dataDirectory !== undefined && { dataDirectory }),
  });
}

describe('stl-10', () => {
  it('reads upright images and labels from 0', async () => {
    writeSmall();
    const prepared = await prepare(root);
    expect(prepared.counts).toEqual({ pretrain: 2, train: 3, test: 1 });
    const source = await prepared.open('train');
    const { images, targets } = await source.read([2, 1]);
    expect([...targets]).toEqual([3, 9]);
    [4, 3].forEach((id, i) => {
      for (const [y, x, c] of [
        [0, 0, 0],
        [0, 1, 0],
        [1, 0, 2],
        [95, 95, 1],
        [17, 80, 2],
      ] as const) {
        expect(images[((i * 96 + y) * 96 + x) * 3 + c]).toBe(pixel(id, y, x, c));
      }
    });
    await expect(source.read([3])).rejects.toThrow(/index: received 3, valid: 0 to 2/);
    await source.close();
    const unlabelled = await prepared.open('pretrain');
    expect([...(await unlabelled.read([1, 0])).targets]).toEqual([NO_CLASS, NO_CLASS]);
    await unlabelled.close();
  });

  it('reads labels without images', async () => {
    writeSmall();
    const prepared = await prepare(root);
    const [labelled, unlabelled] = [await prepared.open('train'), await prepared.open('pretrain')];
    for (const name of ['train_X.bin', 'unlabeled_X.bin']) truncateSync(join(folder, name), 0);
    expect([...(await labelled.readTargets!([2, 0]))]).toEqual([3, 0]);
    expect([...(await unlabelled.readTargets!([1]))]).toEqual([NO_CLASS]);
    await expect(unlabelled.readTargets!([2])).rejects.toThrow(/index: received 2, valid: 0 to 1/);
    await Promise.all([labelled.close(), unlabelled.close()]);
  });

  it('has a checksum of images and labels', async () => {
    writeSmall();
    const { checksum } = await prepare(root);
    expect((await prepare(root)).checksum).toBe(checksum);
    writeFileSync(join(folder, 'train_y.bin'), Buffer.of(1, 10, 5));
    expect((await prepare(root)).checksum).not.toBe(checksum);
  });

  it('is found where it was fetched to', async () => {
    writeSmall();
    mkdirSync(join(root, 'downloads'));
    renameSync(folder, join(root, 'downloads', 'stl10_binary'));
    expect((await prepare()).counts).toEqual({ pretrain: 2, train: 3, test: 1 });
  });

  it('says where it looked and what to do', async () => {
    await expect(prepare()).rejects.toThrow(DataError);
    await expect(prepare()).rejects.toThrow(
      /no stl10_binary\/ in .*downloads'; run paretrain data fetch stl-10, or .*--data-dir/,
    );
    await expect(prepare(root)).rejects.toThrow(
      /no unlabeled_X.bin in '.*stl10_binary'; paretrain data fetch stl-10 --data-dir '.*' adds/,
    );
    writeSmall();
    rmSync(join(folder, 'test_y.bin'));
    await expect(prepare(root)).rejects.toThrow(/no test_y.bin/);
  });

  it('names its official files', () => {
    const [archive] = stl10.downloads!;
    expect(archive!.unpack!.members).toHaveLength(5);
    expect(archive!.checksum.value).toMatch(/^[0-9a-f]{32}$/);
  });

  it('names damaged files', async () => {
    writeSmall();
    truncateSync(join(folder, 'test_X.bin'), 27_647);
    await expect(prepare(root)).rejects.toThrow(
      /test_X.bin: received 27647 bytes, valid: a multiple of 27648/,
    );
    writeSmall();
    writeFileSync(join(folder, 'train_y.bin'), Buffer.of(1, 2));
    await expect(prepare(root)).rejects.toThrow(/train_y.bin: received 2 labels, valid: 3/);
    writeFileSync(join(folder, 'train_y.bin'), Buffer.of(1, 0, 11));
    const source = await (await prepare(root)).open('train');
    await expect(source.read([1])).rejects.toThrow(/label of image 1: received 0, valid: 1 to 10/);
    await expect(source.read([2])).rejects.toThrow(/label of image 2: received 11/);
    await source.close();
  });

  it('refuses unknown options', () => {
    expect(() => parseOptions(stl10, { folds: 1 })).toThrow(ConfigurationError);
  });

  const present = existsSync(join(SHARED, 'stl10_binary'));
  if (!present) console.warn(`skipped real STL-10: none in ${SHARED} (set PARETRAIN_DATA_DIR)`);
  it.skipIf(!present)('reads the real data', async () => {
    const prepared = await prepare(SHARED);
    for (const split of ['pretrain', 'train', 'test'] as const) {
      const source = await prepared.open(split);
      expect(source.count).toBe(prepared.counts[split]);
      const { images, targets } = await source.read(Array.from({ length: 200 }, (_, i) => i));
      if (split !== 'pretrain') expect(new Set(targets).size).toBe(STL_10_CLASSES.length);
      // Photographs taken upright are brighter at the top (sky) than at the bottom, not to the left than to the right.
      const half = { top: 0, bottom: 0, left: 0, right: 0 };
      for (let i = 0; i < images.length; i++) {
        const [y, x] = [Math.floor(i / 288) % 96, Math.floor(i / 3) % 96];
        half[y < 48 ? 'top' : 'bottom'] += images[i]!;
        half[x < 48 ? 'left' : 'right'] += images[i]!;
      }
      expect(half.top / half.bottom).toBeGreaterThan(1.05);
      expect(Math.abs(half.left / half.right - 1)).toBeLessThan(0.03);
      await source.close();
    }
  });
});
