import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AbortedError,
  DataError,
  SPLITS,
  imageSize,
  parseOptions,
  targetSize,
  type Dataset,
  type PreparedDataset,
} from '@paretrain/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registerIf, testPlugin } from './plugin.ts';

export interface DatasetTest {
  /** Options that make a small data set, prepared in a second or so. */
  readonly options?: unknown;
  /** For data sets read from a user's download. */
  readonly dataDirectory?: string;
  /** Whether an aborted signal stops its preparation; default true (data that is only read may finish at once). */
  readonly stops?: boolean;
}

/** Registers the conformance tests of a data set. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a data set of any options
export function testDataset(dataset: Dataset<any>, test: DatasetTest = {}): void {
  const options = parseOptions(dataset, test.options);
  const folders: string[] = [];
  const folder = async (): Promise<string> => {
    const made = await mkdtemp(join(tmpdir(), 'paretrain-dataset-'));
    folders.push(made);
    return made;
  };
  const prepare = (cacheDirectory: string, signal?: AbortSignal): Promise<PreparedDataset> =>
    dataset.prepare({
      options,
      cacheDirectory,
      ...(test.dataDirectory !== undefined && { dataDirectory: test.dataDirectory }),
      ...(signal && { signal }),
    });

  describe(`data set ${dataset.name}`, () => {
    let cache: string;
    let prepared: PreparedDataset;
    beforeAll(async () => {
      cache = await folder();
      prepared = await prepare(cache);
    });
    afterAll(() => Promise.all(folders.map((path) => rm(path, { recursive: true, force: true }))));

    testPlugin(dataset, 'dataset');

    it('states licence and citation', () => {
      expect(dataset.licence.length).toBeGreaterThan(0);
      expect(dataset.citation.length).toBeGreaterThan(0);
    });

    it('names its usual transforms as plugins are named', () => {
      for (const { name } of dataset.usualTransforms ?? [])
        expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]*$/);
    });

    it('names files with checksums, read with options that it has', () => {
      for (const { bytes, checksum, onlyWith } of dataset.downloads ?? []) {
        expect(bytes).toBeGreaterThan(0);
        expect(checksum.value).toMatch(/^[0-9a-f]{8,}$/);
        expect(() => parseOptions(dataset, onlyWith)).not.toThrow();
      }
    });

    it('describes itself before it is prepared as it does after', () => {
      const described = dataset.describe(
        options,
        test.dataDirectory === undefined ? {} : { dataDirectory: test.dataDirectory },
      );
      expect(prepared.description).toEqual(described);
      expect(imageSize(described.image)).toBeGreaterThan(0);
      for (const split of SPLITS) {
        expect(prepared.counts[split]).toBeLessThanOrEqual(described.mostImages?.[split] ?? Infinity);
      }
      if (described.target.kind === 'class') {
        expect(new Set(described.target.classes).size).toBe(described.target.classes.length);
      } else {
        const { names, offset, scale } = described.target;
        expect([offset.length, scale.length]).toEqual([names.length, names.length]);
        expect(scale.every((value) => value > 0)).toBe(true);
      }
    });

    it('is the same when prepared again, from its cache or anew', async () => {
      const { checksum, counts } = prepared;
      expect(checksum).toMatch(/^[0-9a-f]{64}$/);
      const cached = await prepare(cache);
      expect({ checksum: cached.checksum, counts: cached.counts }).toEqual({ checksum, counts });
      const anew = await prepare(await folder());
      expect({ checksum: anew.checksum, counts: anew.counts }).toEqual({ checksum, counts });
    });

    registerIf(test.stops ?? true, 'stops on request', async () => {
      await expect(prepare(await folder(), AbortSignal.abort())).rejects.toThrow(AbortedError);
    });

    describe.each(SPLITS)('%s split', (split) => {
      it('gives images and valid targets', async () => {
        const source = await prepared.open(split);
        expect(source.count).toBe(prepared.counts[split]);
        expect(source.count).toBeGreaterThan(0);
        expect(source.image).toEqual(prepared.description.image);
        const { target } = prepared.description;
        expect(source.targetSize).toBe(targetSize(target));
        const rows = Math.min(source.count, 50);
        const { images, targets } = await source.read(Array.from({ length: rows }, (_, i) => i));
        expect(images.length).toBe(rows * imageSize(source.image));
        expect(new Set(images).size, 'images are not blank').toBeGreaterThan(1);
        expect(targets.length).toBe(rows * source.targetSize);
        for (const [i, value] of targets.entries()) {
          if (target.kind === 'class') {
            expect(
              Number.isInteger(value) && value >= 0 && value < target.classes.length,
              `class ${value}`,
            ).toBe(true);
          } else {
            const at = i % source.targetSize;
            expect(Math.abs((value - target.offset[at]!) / target.scale[at]!), 'normalised').toBeLessThan(2);
          }
        }
        await source.close();
      });

      it('reads in any order, the same image twice, and nothing', async () => {
        const source = await prepared.open(split);
        const last = source.count - 1;
        const size = imageSize(source.image);
        const { images, targets } = await source.read([last, 0, last]);
        const first = await source.read([0]);
        expect(images.slice(size, 2 * size)).toEqual(first.images);
        expect(targets.slice(source.targetSize, 2 * source.targetSize)).toEqual(first.targets);
        expect(images.slice(2 * size)).toEqual(images.slice(0, size));
        expect((await source.read(Uint32Array.of())).images.length).toBe(0);
        await source.close();
      });

      it('gives targets alone as it gives them with images, if it can', async () => {
        const source = await prepared.open(split);
        const indices = [source.count - 1, 0];
        const { targets } = await source.read(indices);
        expect((await source.readTargets?.(indices)) ?? targets).toEqual(targets);
        await source.close();
      });

      it('rejects indices that it does not have', async () => {
        const source = await prepared.open(split);
        for (const index of [-1, source.count, 0.5, NaN]) {
          await expect(source.read([index])).rejects.toThrow(DataError);
          if (source.readTargets) await expect(source.readTargets([index])).rejects.toThrow(DataError);
        }
        await source.close();
      });
    });
  });
}
