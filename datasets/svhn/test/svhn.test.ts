import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AbortedError,
  DataError,
  isNeededWith,
  type DatasetProgress,
  type PreparedDataset,
} from '@paretrain/core';
import { testDataset, testManifest } from '@paretrain/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as exported from '../src/index.ts';
import { EXPECTED, FIXTURES } from './support.ts';

const { SVHN_CLASSES, svhn } = exported;

const SHARED = process.env['PARETRAIN_DATA_DIR'] ?? join(import.meta.dirname, '../../../../shared/data');
const FILES = Object.keys(EXPECTED.files);
let root: string;

/** A data folder with the fixtures in the official layout. */
function dataFolder(parent: string): string {
  mkdirSync(join(parent, 'svhn'), { recursive: true });
  for (const name of FILES) copyFileSync(join(FIXTURES, name), join(parent, 'svhn', name));
  return parent;
}

const lasting = dataFolder(mkdtempSync(join(tmpdir(), 'svhn-data-')));
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'svhn-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

testManifest(new URL('../package.json', import.meta.url), exported);
testDataset(svhn, { dataDirectory: lasting });
testDataset(svhn, { dataDirectory: lasting, options: { extra: true } });

function prepare(extra = false, dataDirectory: string | null = lasting, more = {}): Promise<PreparedDataset> {
  return svhn.prepare({
    options: { extra },
    cacheDirectory: join(root, 'cache', 'datasets'),
    ...(dataDirectory !== null && { dataDirectory }),
    ...more,
  });
}

async function all(prepared: PreparedDataset, split: 'pretrain' | 'train' | 'test') {
  const source = await prepared.open(split);
  const batch = await source.read(Array.from({ length: source.count }, (_, i) => i));
  expect([...(await source.readTargets!([2, 0]))]).toEqual([batch.targets[2], batch.targets[0]]);
  await source.close();
  return { sha256: createHash('sha256').update(batch.images).digest('hex'), classes: [...batch.targets] };
}

describe('svhn', () => {
  it("gives SciPy's images, upright, and digits, of compressed and uncompressed files", async () => {
    const prepared = await prepare(true);
    expect(prepared.counts).toEqual({ pretrain: 5, train: 21, test: 12 });
    for (const [split, name] of [
      ['pretrain', 'extra_32x32.mat'],
      ['train', 'train_32x32.mat'],
      ['test', 'test_32x32.mat'],
    ] as const) {
      const { sha256, classes } = EXPECTED.files[name]!;
      expect(await all(prepared, split)).toEqual({ sha256, classes });
    }
  });

  it('pretrains on the training images unless told to use the additional ones', async () => {
    const [plain, extra] = [await prepare(), await prepare(true)];
    expect(plain.counts).toEqual({ pretrain: 21, train: 21, test: 12 });
    expect(await all(plain, 'pretrain')).toEqual(await all(plain, 'train'));
    expect(plain.checksum).not.toBe(extra.checksum);
  });

  it('inflates once', async () => {
    const phases = async () => {
      const seen = new Set<string>();
      const onProgress = ({ phase }: DatasetProgress) => seen.add(phase);
      await prepare(false, lasting, { onProgress });
      return [...seen];
    };
    expect(await phases()).toEqual(['check svhn', 'inflate train_32x32.mat']);
    expect(await phases()).toEqual(['check svhn']);
    const cached = readdirSync(join(root, 'cache', 'datasets', 'svhn')).filter((name) =>
      name.endsWith('.frames'),
    );
    expect(cached).toHaveLength(1);
    writeFileSync(join(root, 'cache', 'datasets', 'svhn', cached[0]!), 'damaged');
    expect((await phases()).join()).toMatch(/inflate train_32x32.mat again \(.*truncated/);
  });

  it('stops on request while it inflates, and leaves nothing', async () => {
    const stop = new AbortController();
    const onProgress = ({ phase, done }: DatasetProgress) => {
      if (phase === 'check svhn' && done > 0) stop.abort();
    };
    await expect(prepare(false, lasting, { signal: stop.signal, onProgress })).rejects.toThrow(AbortedError);
    const left = existsSync(join(root, 'cache', 'datasets', 'svhn'))
      ? readdirSync(join(root, 'cache', 'datasets', 'svhn'))
      : [];
    expect(left.filter((name) => name.includes('.frames'))).toEqual([]);
  });

  it('finds files that were fetched, and says what to do where there are none', async () => {
    await expect(prepare(false, null)).rejects.toThrow(DataError);
    await expect(prepare(false, root)).rejects.toThrow(
      /svhn: no svhn\/train_32x32.mat in .*run paretrain data fetch svhn, or name the folder .*--data-dir/,
    );
    dataFolder(join(root, 'cache', 'downloads'));
    expect((await prepare(false, null)).counts.train).toBe(21);
    rmSync(join(root, 'cache', 'downloads', 'svhn', 'extra_32x32.mat'));
    await expect(prepare(true, null)).rejects.toThrow(
      /no svhn\/extra_32x32.mat in .*; run paretrain data fetch svhn --set dataset.extra=true, or/,
    );
  });

  it('names files with other content', async () => {
    dataFolder(root);
    const put = (name: string, fixture: string) =>
      copyFileSync(join(FIXTURES, fixture), join(root, 'svhn', name));
    writeFileSync(join(root, 'svhn', 'test_32x32.mat'), 'text');
    await expect(prepare(false, root)).rejects.toThrow(/test_32x32.mat: not a MAT file: received 4 bytes/);
    put('test_32x32.mat', 'test_32x32.mat');
    const path = join(FIXTURES, 'test_32x32.mat');
    const bytes = readFileSync(path);
    const labels = (await exported.readMatFile(path)).find(({ name }) => name === 'y')!;
    bytes.writeDoubleLE(11, labels.position! + 3 * labels.bytesPerNumber);
    writeFileSync(join(root, 'svhn', 'test_32x32.mat'), bytes);
    await expect(prepare(false, root)).rejects.toThrow(/label of image 3: received 11, valid: 1 to 10/);
  });

  it('names its downloads as the publisher does', () => {
    expect(svhn.downloads!.map(({ path, bytes }) => [path, bytes])).toEqual([
      ['svhn/train_32x32.mat', 182_040_794],
      ['svhn/test_32x32.mat', 64_275_384],
      ['svhn/extra_32x32.mat', 1_329_278_602],
    ]);
    expect(svhn.downloads!.filter((file) => !isNeededWith(file, { extra: false }))).toMatchObject([
      { path: 'svhn/extra_32x32.mat' },
    ]);
    expect(svhn.downloads!.every((file) => isNeededWith(file, { extra: true }))).toBe(true);
    for (const { urls, checksum } of svhn.downloads!) {
      expect(urls[0]).toMatch(/^http:\/\/ufldl.stanford.edu\/housenumbers\//);
      expect(checksum.value).toMatch(/^[0-9a-f]{32}$/);
    }
  });

  const present = existsSync(join(SHARED, 'svhn'));
  if (!present) console.warn(`skipped real SVHN: none in ${SHARED} (set PARETRAIN_DATA_DIR)`);
  it.skipIf(!present)('reads the real data', async () => {
    const prepared = await prepare(true, SHARED);
    for (const split of ['pretrain', 'train', 'test'] as const) {
      const source = await prepared.open(split);
      const { images, targets } = await source.read(
        Array.from({ length: Math.min(source.count, 500) }, (_, i) => i),
      );
      expect(new Set(targets).size).toBe(SVHN_CLASSES.length);
      // Neighbouring pixels of photographs are alike along both sides, and in all three colours.
      let [across, down, shuffled] = [0, 0, 0];
      for (let i = 0; i + 96 * 7 + 3 < images.length; i++) {
        across += Math.abs(images[i]! - images[i + 3]!);
        down += Math.abs(images[i]! - images[i + 96]!);
        shuffled += Math.abs(images[i]! - images[(i * 7919) % images.length]!);
      }
      expect(across / shuffled).toBeLessThan(0.35);
      expect(down / shuffled).toBeLessThan(0.35);
      await source.close();
    }
  });
});
