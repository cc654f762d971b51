import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  ConfigurationError,
  DataError,
  defineDataset,
  defineTransform,
  isPlugin,
  parseSubset,
  subsetDataset,
  transformDataset,
  type DatasetDescription,
  type ImageSource,
  type Split,
} from '../src/index.ts';

const COUNTS = { pretrain: 40, train: 40, test: 10 };
const IMAGE = { height: 1, width: 2, channels: 1 };
let reads: number[] = [];

const DESCRIPTION: DatasetDescription = {
  image: IMAGE,
  target: { kind: 'class', classes: ['a', 'b', 'c', 'd'] },
  mostImages: COUNTS,
};

/** Image i is [i, label], its label i % 4. */
const numbers = defineDataset({
  name: 'numbers',
  version: '1.0.0',
  description: 'Images that are their own index',
  licence: 'none',
  citation: 'none',
  options: z.strictObject({ targets: z.boolean().default(true) }),
  describe: () => DESCRIPTION,
  prepare: async ({ options }) => ({
    description: DESCRIPTION,
    checksum: '0'.repeat(64),
    counts: COUNTS,
    open: async (split: Split) => source(COUNTS[split], options.targets),
  }),
});

function source(count: number, targets: boolean): ImageSource {
  const labels = async (indices: ArrayLike<number>) => Float32Array.from(indices, (index) => index % 4);
  return {
    count,
    image: IMAGE,
    targetSize: 1,
    async read(indices) {
      reads.push(...Array.from(indices));
      if (Array.from(indices).some((index) => index >= count)) throw new DataError('index');
      return {
        images: Uint8Array.from(Array.from(indices).flatMap((index) => [index, index % 4])),
        targets: await labels(indices),
      };
    },
    ...(targets && { readTargets: labels }),
    async close() {},
  };
}

const twice = defineTransform<{ add: number }>({
  name: 'twice',
  version: '1.0.0',
  description: 'Repeats an image below itself, brighter',
  options: z.strictObject({ add: z.number().default(0) }),
  build: ({ add }) => ({
    shape({ height, width, channels }) {
      if (height > 2) throw new ConfigurationError(`twice: received height ${height}, valid: at most 2`);
      return { height: 2 * height, width, channels };
    },
    apply(input, output) {
      output.set(input);
      output.set(
        input.map((byte) => byte + add),
        input.length,
      );
    },
  }),
});

const context = { options: { targets: true }, cacheDirectory: 'unused' };

describe('transformDataset', () => {
  it('gives transformed images, and reads no others', async () => {
    const dataset = transformDataset(numbers, [
      { transform: twice, options: { add: 10 } },
      { transform: twice },
    ]);
    expect(isPlugin(dataset)).toBe(true);
    const prepared = await dataset.prepare(context);
    const shape = { height: 4, width: 2, channels: 1 };
    expect(dataset.describe(context.options)).toMatchObject({ image: shape, mostImages: COUNTS });
    expect(prepared.description.image).toEqual(shape);
    const images = await prepared.open('train');
    reads = [];
    const batch = await images.read([7, 2]);
    expect(reads).toEqual([7, 2]);
    expect([...batch.images]).toEqual([7, 3, 17, 13, 7, 3, 17, 13, 2, 2, 12, 12, 2, 2, 12, 12]);
    expect([...batch.targets]).toEqual([3, 2]);
    expect([...(await images.readTargets!([1]))]).toEqual([1]);
    expect(images.image).toEqual(shape);
  });

  it('tells other transforms apart by the checksum', async () => {
    const checksum = async (...options: unknown[]) =>
      (
        await transformDataset(
          numbers,
          options.map((each) => ({ transform: twice, options: each })),
        ).prepare(context)
      ).checksum;
    const different = [
      await checksum(),
      await checksum({}),
      await checksum({ add: 1 }),
      await checksum({}, {}),
    ];
    expect(new Set(different).size).toBe(4);
    expect(different[0]).toBe('0'.repeat(64));
    expect(different[1]).toMatch(/^[0-9a-f]{64}$/);
    expect(await checksum({ add: 0 })).toBe(different[1]);
  });

  it('refuses wrong options at once and wrong images when they are known', async () => {
    expect(() => transformDataset(numbers, [{ transform: twice, options: { ad: 1 } }])).toThrow(/twice.*ad/);
    const tall = transformDataset(numbers, Array(3).fill({ transform: twice }));
    expect(() => tall.describe(context.options)).toThrow(/received height 4, valid: at most 2/);
    await expect(tall.prepare(context)).rejects.toThrow(ConfigurationError);
  });
});

describe('subsetDataset', () => {
  const imagesOf = async (subset: unknown, split: Split = 'train', targets = true) => {
    const dataset = subsetDataset(numbers, parseSubset(subset));
    const prepared = await dataset.prepare({ ...context, options: { targets } });
    const images = await prepared.open(split);
    expect(images.count).toBe(prepared.counts[split]);
    expect(dataset.describe(context.options).mostImages).toEqual(prepared.counts);
    const batch = await images.read(Array.from({ length: images.count }, (_, i) => i));
    return [...batch.images].filter((_, i) => i % 2 === 0);
  };

  it('is stratified and nested', async () => {
    const small = await imagesOf(8);
    const large = await imagesOf(0.5);
    expect([small.length, large.length]).toEqual([8, 20]);
    expect(large.slice(0, 8)).toEqual(small);
    for (let label = 0; label < 4; label++) {
      expect(small.filter((index) => index % 4 === label)).toHaveLength(2);
      expect(large.filter((index) => index % 4 === label)).toHaveLength(5);
    }
  });

  it('is the same of equal splits, without readTargets, and other for other seeds', async () => {
    const small = await imagesOf({ size: 8 });
    expect(await imagesOf(8, 'pretrain')).toEqual(small);
    expect(await imagesOf(8, 'train', false)).toEqual(small);
    expect(await imagesOf({ size: 8, seed: 1 })).not.toEqual(small);
  });

  it('leaves test, and splits that are not named, as they are', async () => {
    expect(await imagesOf(8, 'test')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(await imagesOf({ size: 8, splits: ['train'] }, 'pretrain')).toHaveLength(40);
  });

  it('makes test smaller where that is named', async () => {
    const small = await imagesOf({ size: 4, splits: ['test'] }, 'test');
    expect(new Set(small.map((index) => index % 4)).size).toBe(4);
    expect((await imagesOf({ size: 8, splits: ['train', 'test'] }, 'test')).slice(0, 4)).toEqual(small);
  });

  it('takes a share of 1 as all, and with orFewer what there is', async () => {
    expect(await imagesOf(1)).toHaveLength(40);
    const splits = ['train', 'test'] as const;
    expect(await imagesOf({ size: 12, splits, orFewer: true })).toEqual(await imagesOf(12));
    expect((await imagesOf({ size: 12, splits, orFewer: true }, 'test')).sort()).toEqual(
      Array.from({ length: 10 }, (_, i) => i),
    );
  });

  it('tells other subsets apart by the checksum', async () => {
    const checksum = async (subset: unknown) =>
      (await subsetDataset(numbers, parseSubset(subset)).prepare(context)).checksum;
    expect(await checksum(8)).toBe(await checksum({ size: 8, seed: 0 }));
    expect(new Set([await checksum(8), await checksum(9), await checksum({ size: 8, seed: 1 })]).size).toBe(
      3,
    );
  });

  it.each([
    [0, /received 0, valid: a number of images from 2, or a share/],
    [1.5, /received 1.5/],
    [-1, /received -1/],
    ['all', /options: received "all"/],
    [{ size: 5, sed: 1 }, /sed/],
    [{ size: 5, splits: ['tests'] }, /splits/],
    [{ size: 5, orFewer: false }, /orFewer/],
  ])('refuses %j', (subset, message) => {
    expect(() => parseSubset(subset)).toThrow(ConfigurationError);
    expect(() => parseSubset(subset)).toThrow(message);
  });

  it('names a split that is too small, and indices outside', async () => {
    const prepare = (subset: unknown) => subsetDataset(numbers, parseSubset(subset)).prepare(context);
    await expect(prepare(41)).rejects.toThrow(
      /numbers: subset: received size 41, valid: at most 40.*'pretrain'/,
    );
    await expect(prepare({ size: 11, splits: ['test'] })).rejects.toThrow(/at most 10.*'test'/);
    const images = await (await prepare(3)).open('train');
    for (const index of [3, -1, 0.5]) await expect(images.read([index])).rejects.toThrow(/valid: 0 to 2/);
  });
});
