import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ConfigurationError, DataError, parseOptions, type Dataset } from '@paretrain/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fashionMnist, mnist, type IdxDatasetOptions } from '../src/index.ts';
import { idx, imagesFile, labelsFile, pixel, writeSmall } from './support.ts';

const SHARED = process.env['PARETRAIN_DATA_DIR'] ?? join(import.meta.dirname, '../../../../shared/data');
let root: string;
let folder: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mnist-'));
  folder = join(root, 'mnist');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function prepare(dataDirectory?: string, dataset: Dataset<IdxDatasetOptions> = mnist) {
  return dataset.prepare({
    options: {},
    cacheDirectory: join(root, 'cache'),
    ...(dataDirectory !== undefined && { dataDirectory }),
  });
}

describe('mnist', () => {
  it.each([
    ['compressed', true],
    ['plain', false],
  ])('reads %s files', async (_what, compressed) => {
    writeSmall(folder, compressed);
    const prepared = await prepare(root);
    expect(prepared.counts).toEqual({ pretrain: 3, train: 3, test: 2 });
    const source = await prepared.open('train');
    const { images, targets } = await source.read([2, 0]);
    expect([...targets]).toEqual([0, 3]);
    [2, 0].forEach((id, i) => {
      for (const [y, x] of [
        [0, 0],
        [0, 1],
        [1, 0],
        [27, 27],
        [13, 4],
      ] as const) {
        expect(images[(i * 28 + y) * 28 + x]).toBe(pixel(id, y, x));
      }
    });
    await expect(source.read([3])).rejects.toThrow(/index: received 3, valid: 0 to 2/);
    await source.close();
  });

  it('has a checksum of its content, however that is compressed', async () => {
    writeSmall(folder);
    const { checksum } = await prepare(root);
    rmSync(folder, { recursive: true });
    writeSmall(folder, false);
    expect((await prepare(root)).checksum).toBe(checksum);
    writeFileSync(join(folder, 't10k-labels-idx1-ubyte'), labelsFile([5, 2]));
    expect((await prepare(root)).checksum).not.toBe(checksum);
  });

  it('is found where it was fetched to', async () => {
    writeSmall(folder);
    mkdirSync(join(root, 'downloads'));
    renameSync(folder, join(root, 'downloads', 'fashion-mnist'));
    expect((await prepare(undefined, fashionMnist)).counts.train).toBe(3);
  });

  it('says where it looked and what to do', async () => {
    await expect(prepare()).rejects.toThrow(DataError);
    await expect(prepare()).rejects.toThrow(
      /no mnist\/ in .*downloads'; run paretrain data fetch mnist, or .*--data-dir/,
    );
    writeSmall(folder);
    rmSync(join(folder, 't10k-labels-idx1-ubyte.gz'));
    await expect(prepare(root)).rejects.toThrow(
      /no t10k-labels-idx1-ubyte.gz in '.*mnist'; paretrain data fetch mnist --data-dir '.*' adds/,
    );
  });

  it('refuses files that do not belong together, and labels that do not exist', async () => {
    const images = () => imagesFile([0, 1, 2]);
    const refused = async (name: string, content: Buffer, message: RegExp) => {
      writeSmall(folder);
      writeFileSync(join(folder, `${name}.gz`), gzipSync(content));
      await expect(prepare(root)).rejects.toThrow(DataError);
      await expect(prepare(root)).rejects.toThrow(message);
    };
    await refused(
      'train-labels-idx1-ubyte',
      labelsFile([1, 2]),
      /received dimensions 2, valid: 3, one an image/,
    );
    await refused('train-labels-idx1-ubyte', labelsFile([1, 2, 10]), /image 2 .*received 10, valid: 0 to 9/);
    await refused(
      'train-labels-idx1-ubyte',
      images(),
      /labels.* received .*3 x 28 x 28|labels.*received more/,
    );
    await refused(
      'train-images-idx3-ubyte',
      labelsFile([1, 2, 3]),
      /received dimensions 3, valid: n x 28 x 28/,
    );
    await refused(
      'train-images-idx3-ubyte',
      idx([0, 28, 28], Buffer.alloc(0)),
      /received dimensions 0 x 28 x 28/,
    );
    await refused(
      'train-images-idx3-ubyte',
      images().subarray(0, 1000),
      /received 984 bytes of data, valid: 2352/,
    );
  });

  it('refuses options', () => {
    expect(() => parseOptions(mnist, { size: 32 })).toThrow(ConfigurationError);
  });

  it.each([mnist, fashionMnist])('$name names its official files', ({ name, downloads }) => {
    expect(downloads!.map(({ path }) => path)).toEqual([
      `${name}/train-images-idx3-ubyte.gz`,
      `${name}/train-labels-idx1-ubyte.gz`,
      `${name}/t10k-images-idx3-ubyte.gz`,
      `${name}/t10k-labels-idx1-ubyte.gz`,
    ]);
    for (const { checksum, urls, path, otherPath } of downloads!) {
      expect(`${otherPath}.gz`, 'inflated ones will do').toBe(path);
      expect(checksum.value).toMatch(/^[0-9a-f]{32}$/);
      for (const url of urls) expect(url.endsWith(path.slice(name.length))).toBe(true);
    }
  });

  const present = existsSync(join(SHARED, 'mnist'));
  if (!present) console.warn(`skipped real MNIST: none in ${SHARED} (set PARETRAIN_DATA_DIR)`);
  it.skipIf(!present)('reads the real data', async () => {
    const prepared = await prepare(SHARED);
    expect(prepared.counts).toEqual({ pretrain: 60_000, train: 60_000, test: 10_000 });
    const source = await prepared.open('train');
    const { images, targets } = await source.read(Array.from({ length: 60_000 }, (_, i) => i));
    // The numbers of each digit, the mean and the first labels as published and as others quote them.
    const perClass = Array.from(
      { length: 10 },
      (_, label) => targets.filter((target) => target === label).length,
    );
    expect(perClass).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
    expect(images.reduce((sum, value) => sum + value, 0) / images.length / 255).toBeCloseTo(0.1307, 4);
    expect([...targets.subarray(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    await source.close();
  });
});
