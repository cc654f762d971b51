import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError, DataError, parseOptions } from '@paretrain/core';
import { testDataset, testManifest } from '@paretrain/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as exported from '../src/index.ts';
import { picture, prepare, put, putClasses } from './support.ts';

const { imageFolder } = exported;

const lasting = mkdtempSync(join(tmpdir(), 'image-folder-lasting-'));
await putClasses(join(lasting, 'image-folder'));
const table = mkdtempSync(join(tmpdir(), 'image-folder-table-'));
for (let i = 0; i < 10; i++)
  put(
    table,
    `images/${i}.png`,
    await picture({ colour: [25 * i, 9, 9] })
      .png()
      .toBuffer(),
  );
put(
  table,
  'targets.csv',
  `\uFEFFfile,x,y\r\n${Array.from({ length: 10 }, (_, i) => `images/${i}.png, ${i}, ${i * i - 3.5}`).join('\r\n')}\r\n\r\n`,
);

testManifest(new URL('../package.json', import.meta.url), exported);
testDataset(imageFolder, { options: { path: join(lasting, 'image-folder') } });
testDataset(imageFolder, { options: { path: table, size: 80, interpolation: 'bilinear', unit: 'metres' } });

let root: string;
let cache: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'image-folder-'));
  cache = join(root, 'cache');
  folder = join(root, 'image-folder');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function all(
  prepared: Awaited<ReturnType<typeof prepare>>['prepared'],
  split: 'pretrain' | 'train' | 'test',
) {
  const source = await prepared.open(split);
  const batch = await source.read(Array.from({ length: source.count }, (_, i) => i));
  await source.close();
  return batch;
}

describe('image-folder', () => {
  it('has a class for each folder, in order, and splits that keep their shares', async () => {
    const { prepared } = await prepare(cache, {}, lasting);
    expect(prepared.description).toMatchObject({
      image: { height: 64, width: 64, channels: 3 },
      target: { kind: 'class', classes: ['blue', 'red'] },
    });
    expect(prepared.counts).toEqual({ pretrain: 12, train: 12, test: 3 });
    const [train, test] = [await all(prepared, 'train'), await all(prepared, 'test')];
    expect([...test.targets].sort()).toEqual([0, 1, 1]);
    expect(train.targets.filter((label) => label === 0)).toHaveLength(4);
    expect(await all(prepared, 'pretrain')).toEqual(train);
    // Images go with their labels: blue ones are blue.
    train.targets.forEach((label, i) => {
      const [red, , blue] = train.images.subarray(i * 64 * 64 * 3 + 3 * (64 * 32 + 10));
      expect(blue! > red!).toBe(label === 0);
    });
  });

  it('divides by seed and shares, without decoding again', async () => {
    const first = await prepare(cache, {}, lasting);
    const other = await prepare(cache, { seed: 1 }, lasting);
    const three = await prepare(cache, { fractions: { pretrain: 0.5, train: 0.3, test: 0.2 } }, lasting);
    expect(first.phases).toContain('image-folder: read images');
    expect([other.phases, three.phases]).toEqual([[], []]);
    expect(three.prepared.counts).toEqual({ pretrain: 7, train: 4, test: 3 });
    expect(new Set([first, other, three].map(({ prepared }) => prepared.checksum)).size).toBe(3);
    const images = async (prepared: typeof first.prepared) => {
      const parts = await Promise.all(
        (['pretrain', 'train', 'test'] as const).map((split) => all(prepared, split)),
      );
      return parts.flatMap(({ images: bytes }) =>
        Array.from({ length: bytes.length / 12_288 }, (_, i) =>
          bytes.subarray(i * 12_288, (i + 1) * 12_288).join(),
        ),
      );
    };
    expect(new Set(await images(three.prepared)).size, 'no image is in two splits').toBe(14);
  });

  it('decodes anew what has changed', async () => {
    await putClasses(folder);
    const before = await prepare(cache, {}, root);
    put(
      folder,
      'red/0.png',
      await picture({ colour: [0, 255, 0] })
        .png()
        .toBuffer(),
    );
    const after = await prepare(cache, {}, root);
    expect(after.prepared.checksum).not.toBe(before.prepared.checksum);
    expect((await prepare(cache, { size: 80 }, root)).prepared.description.image.height).toBe(80);
  });

  it('reads numbers from a table', async () => {
    const { prepared } = await prepare(cache, { path: table, fractions: { train: 0.5, test: 0.5 } });
    expect(prepared.description.target).toEqual({
      kind: 'position',
      names: ['x', 'y'],
      unit: 'units',
      offset: [4.5, 37],
      scale: [4.5, 40.5],
    });
    const { images, targets } = await all(prepared, 'test');
    expect(targets).toHaveLength(10);
    for (let i = 0; i < 5; i++) {
      const [x, y] = targets.subarray(2 * i);
      expect(y).toBe(x! * x! - 3.5);
      expect(Math.abs(images[i * 64 * 64 * 3]! - 25 * x!)).toBeLessThanOrEqual(1);
    }
  });

  it('leaves damaged images out, names them and counts them, each time', async () => {
    await putClasses(folder);
    put(folder, 'red/0.png', 'no image');
    put(
      folder,
      'blue/cut.jpg',
      (await picture({ width: 400, height: 400 }).jpeg().toBuffer()).subarray(0, 700),
    );
    const { prepared, phases } = await prepare(cache, {}, root);
    expect(phases).toContainEqual(
      expect.stringMatching(/^image-folder: red\/0.png is damaged and left out: .*unsupported/i),
    );
    expect(phases).toContainEqual(
      expect.stringMatching(/^image-folder: blue\/cut.jpg is damaged and left out: /),
    );
    expect(prepared.counts).toEqual({ pretrain: 11, train: 11, test: 2 });
    const again = await prepare(cache, {}, root);
    expect(again.prepared.checksum).toBe(prepared.checksum);
    expect(again.phases).toEqual([
      expect.stringMatching(/: 2 of 16 images are damaged and left out, see .*skipped.json$/),
    ]);
    const [list] = readdirSync(join(cache, 'image-folder')).filter((name) => name.endsWith('.skipped.json'));
    const skipped = JSON.parse(readFileSync(join(cache, 'image-folder', list!), 'utf8'));
    expect(skipped.map(({ file }: { file: string }) => file)).toEqual(['blue/cut.jpg', 'red/0.png']);
  });

  it('says what is wrong with a folder', async () => {
    const wrong = async (
      message: RegExp,
      options: Record<string, unknown> = {},
      data: string | undefined = root,
    ) => {
      await expect(prepare(cache, options, data)).rejects.toThrow(DataError);
      await expect(prepare(cache, options, data)).rejects.toThrow(message);
    };
    await expect(prepare(cache, {})).rejects.toThrow(
      /no folder of images is named; .*dataset.path=DIR.*--data-dir/,
    );
    await wrong(/no folder '.*image-folder'; valid: .*dataset.path=DIR/);
    await wrong(/no folder '\/nowhere'/, { path: '/nowhere' });
    mkdirSync(join(folder, 'cats'), { recursive: true });
    await wrong(/received one class, 'cats', valid: two folders or more/);
    mkdirSync(join(folder, 'dogs'));
    await wrong(/cats: received no images, valid: .png, .jpg, .jpeg or .webp files for class 'cats'/);
    put(folder, 'cats/1.png', 'no image');
    put(folder, 'dogs/1.png', 'no image');
    await wrong(/none of 2 images can be read; the first, cats\/1.png: /);
    for (const file of ['cats/1.png', 'dogs/1.png']) put(folder, file, await picture().png().toBuffer());
    await wrong(/split 'test' is empty: it has 0.2 of 2 images; valid: more images/);
  });

  it.each([
    ['', /received columns \[\], valid: 'file'/],
    ['file\na.png', /received columns \["file"\]/],
    ['file,x,x\na.png,1,2', /different names/],
    ['file,x', /received no images/],
    ['file,x\na.png,one', /image 1 \(a.png\): x: received 'one', valid: a number/],
    ['file,x\na.png,', /x: received '', valid: a number/],
    ['file,x\na.png,1\nb.png,2', /image 2: received file 'b.png', valid: an image under/],
    ['file,x\na.png,1,2', /targets.csv: cannot be read: .*Record Length/],
    ['file,x\n"a.png,1', /targets.csv: cannot be read: .*Quote/],
  ])('says what is wrong with a table: %j', async (text, message) => {
    put(folder, 'a.png', await picture().png().toBuffer());
    put(folder, 'targets.csv', text);
    await expect(prepare(cache, {}, root)).rejects.toThrow(DataError);
    await expect(prepare(cache, {}, root)).rejects.toThrow(message);
  });

  it('refuses sizes and shares that make no sense', () => {
    for (const options of [
      { size: 65 },
      { size: 48 },
      { fractions: { train: 0.9 } },
      { fractions: { test: 2 } },
    ]) {
      expect(() => parseOptions(imageFolder, options)).toThrow(ConfigurationError);
    }
    expect(() => parseOptions(imageFolder, { fractions: { train: 0.9 } })).toThrow(
      /shares that add up to 1 at most/,
    );
  });
});
