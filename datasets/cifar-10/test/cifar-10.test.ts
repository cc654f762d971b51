import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError, DataError, parseOptions, type DatasetProgress } from '@paretrain/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CIFAR_10_CLASSES, cifar10 } from '../src/index.ts';

const SHARED = process.env['PARETRAIN_DATA_DIR'] ?? join(import.meta.dirname, '../../../../shared/data');
const RECORD = 3073;
let root: string;
let folder: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cifar-10-'));
  folder = join(root, 'cifar-10-batches-bin');
  mkdirSync(folder);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Value of a pixel of image `id`: every position and channel differs from its neighbours. */
function pixel(id: number, y: number, x: number, channel: number): number {
  return (id * 31 + y * 7 + x * 3 + channel * 101) % 256;
}

/** A record as the official description has it: label, red plane, green plane, blue plane, row by row. */
function record(id: number, label: number): Buffer {
  const bytes = [label];
  for (let c = 0; c < 3; c++) {
    for (let y = 0; y < 32; y++) for (let x = 0; x < 32; x++) bytes.push(pixel(id, y, x, c));
  }
  return Buffer.from(bytes);
}

function write(name: string, records: readonly Buffer[]): void {
  writeFileSync(join(folder, name), Buffer.concat(records));
}

function writeSmall(): void {
  write('data_batch_1.bin', [record(0, 3), record(1, 9), record(2, 0)]);
  write('data_batch_4.bin', [record(3, 5), record(4, 1)]);
  write('test_batch.bin', [record(5, 7)]);
}

function prepare(dataDirectory: string | undefined, onProgress?: (progress: DatasetProgress) => void) {
  return cifar10.prepare({
    options: {},
    cacheDirectory: join(root, 'cache'),
    ...(dataDirectory !== undefined && { dataDirectory }),
    ...(onProgress && { onProgress }),
  });
}

describe('cifar-10', () => {
  it('reads the batches that are there as one list', async () => {
    writeSmall();
    const prepared = await prepare(root);
    expect(prepared.counts).toEqual({ pretrain: 5, train: 5, test: 1 });
    const source = await prepared.open('train');
    expect([source.count, source.image, source.targetSize]).toEqual([
      5,
      { height: 32, width: 32, channels: 3 },
      1,
    ]);
    const { images, targets } = await source.read([4, 0, 3]);
    expect([...targets]).toEqual([1, 3, 5]);
    [4, 0, 3].forEach((id, i) => {
      for (const [y, x, c] of [
        [0, 0, 0],
        [0, 1, 0],
        [1, 0, 2],
        [31, 31, 1],
        [17, 4, 2],
      ] as const) {
        expect(images[((i * 32 + y) * 32 + x) * 3 + c]).toBe(pixel(id, y, x, c));
      }
    });
    expect([...(await source.readTargets!([3, 1]))]).toEqual([5, 9]);
    await expect(source.read([5])).rejects.toThrow(/index: received 5, valid: 0 to 4/);
    await source.close();
  });

  it('has a checksum of its content, remembered while the files stay the same', async () => {
    writeSmall();
    const { checksum } = await prepare(root);
    expect((await prepare(root)).checksum).toBe(checksum);
    expect(readdirSync(join(root, 'cache', 'cifar-10'))).toHaveLength(3);
    rmSync(join(root, 'cache'), { recursive: true });
    expect((await prepare(root)).checksum).toBe(checksum);
    write('test_batch.bin', [record(6, 7)]);
    expect((await prepare(root)).checksum).not.toBe(checksum);
  });

  it('is found where it was fetched to, after the data folder', async () => {
    const fetched = join(root, 'downloads', 'cifar-10-batches-bin');
    writeSmall();
    mkdirSync(join(root, 'downloads'));
    renameSync(folder, fetched);
    expect((await prepare(undefined)).counts.train).toBe(5);
    expect((await prepare(join(root, 'elsewhere'))).counts.train).toBe(5);
    mkdirSync(folder);
    write('data_batch_1.bin', [record(0, 3)]);
    write('test_batch.bin', [record(5, 7)]);
    expect((await prepare(root)).counts.train).toBe(1);
  });

  it('says where it looked and what to do', async () => {
    for (const directory of [undefined, join(root, 'nowhere')]) {
      await expect(prepare(directory)).rejects.toThrow(DataError);
      await expect(prepare(directory)).rejects.toThrow(
        /no cifar-10-batches-bin\/ in .*downloads'; run paretrain data fetch cifar-10, or .*--data-dir/,
      );
    }
    await expect(prepare(join(root, 'nowhere'))).rejects.toThrow(/in '.*nowhere' or '/);
    await expect(prepare(root)).rejects.toThrow(
      /no data_batch_1.bin, .* in '.*cifar-10-batches-bin'; paretrain data fetch cifar-10 --data-dir '.*' adds/,
    );
  });

  it('names its official files', () => {
    const [archive] = cifar10.downloads!;
    expect(archive!.unpack!.members).toHaveLength(7);
    expect(archive!.checksum.value).toMatch(/^[0-9a-f]{32}$/);
  });

  it('names damaged files', async () => {
    writeSmall();
    truncateSync(join(folder, 'data_batch_4.bin'), RECORD + 10);
    await expect(prepare(root)).rejects.toThrow(
      /data_batch_4.bin: received 3083 bytes, valid: a multiple of 3073/,
    );
    truncateSync(join(folder, 'data_batch_4.bin'), 0);
    await expect(prepare(root)).rejects.toThrow(/received 0 bytes/);
    write('data_batch_4.bin', [record(0, 10)]);
    const source = await (await prepare(root)).open('train');
    await expect(source.read([3])).rejects.toThrow(/label of image 3: received 10, valid: 0 to 9/);
    truncateSync(join(folder, 'data_batch_1.bin'), RECORD);
    await expect(source.read([2])).rejects.toThrow(/cut short/);
    await source.close();
  });

  it('refuses other class names and unknown options', async () => {
    writeSmall();
    writeFileSync(join(folder, 'batches.meta.txt'), 'apple\nfish\n');
    await expect(prepare(root)).rejects.toThrow(/received classes apple, fish, valid: airplane/);
    writeFileSync(join(folder, 'batches.meta.txt'), `${CIFAR_10_CLASSES.join('\n')}\n\n`);
    await expect(prepare(root)).resolves.toBeDefined();
    expect(() => parseOptions(cifar10, { size: 64 })).toThrow(ConfigurationError);
  });

  const present = existsSync(join(SHARED, 'cifar-10-batches-bin'));
  if (!present) console.warn(`skipped real CIFAR-10: none in ${SHARED} (set PARETRAIN_DATA_DIR)`);
  it.skipIf(!present)('reads the real data', async () => {
    const prepared = await prepare(SHARED);
    expect(prepared.counts.train % 10_000).toBe(0);
    expect(prepared.counts.test).toBeGreaterThan(0);
    const source = await prepared.open('train');
    const { images, targets } = await source.read(Array.from({ length: 1000 }, (_, i) => i * 2 + 7));
    const perClass = CIFAR_10_CLASSES.map((_, label) => targets.filter((target) => target === label).length);
    expect(Math.min(...perClass)).toBeGreaterThan(60);
    // Published channel means of the training images (0-255): 125.3, 123.0, 113.9.
    for (const [channel, mean] of [125.3, 123.0, 113.9].entries()) {
      let sum = 0;
      for (let i = channel; i < images.length; i += 3) sum += images[i]!;
      expect(Math.abs(sum / (images.length / 3) - mean)).toBeLessThan(4);
    }
    const first = images.subarray(0, 3072);
    const raw = readFileSync(join(SHARED, 'cifar-10-batches-bin', 'data_batch_1.bin')).subarray(
      7 * RECORD,
      8 * RECORD,
    );
    expect([targets[0], first[0], first[1], first[2], first[3]]).toEqual([
      raw[0],
      raw[1],
      raw[1025],
      raw[2049],
      raw[2],
    ]);
    await source.close();
  });
});
