import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { axisWeights, resizeImage } from '@paretrain/transforms';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeImage } from '../src/decode-image.ts';
import { picture, put } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'decode-image-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function decode(file: string, bytes: Buffer): Promise<Uint8Array> {
  put(folder, file, bytes);
  return decodeImage(join(folder, file), 64, 'bicubic');
}

const pixel = (image: Uint8Array, y: number, x: number) => [
  ...image.subarray(3 * (64 * y + x), 3 * (64 * y + x) + 3),
];

describe('decodeImage', () => {
  it('cuts out the middle square and resizes it', async () => {
    const [width, height] = [101, 70];
    const bytes = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 31 + (i >> 5)) % 256);
    const image = sharp(bytes, { raw: { width, height, channels: 3 } });
    const square = new Uint8Array(70 * 70 * 3);
    for (let y = 0; y < 70; y++)
      square.set(bytes.subarray((y * width + 15) * 3, (y * width + 85) * 3), y * 210);
    const expected = new Uint8Array(64 * 64 * 3);
    resizeImage(
      square,
      expected,
      3,
      axisWeights(70, 64, 'bicubic', true),
      axisWeights(70, 64, 'bicubic', true),
    );
    expect(await decode('a.png', await image.png().toBuffer())).toEqual(expected);
    expect(await decode('a.webp', await image.webp({ lossless: true }).toBuffer())).toEqual(expected);
  });

  it('reads JPEG', async () => {
    const image = await decode(
      'a.jpg',
      await picture({ width: 64, height: 64 }).jpeg({ quality: 100 }).toBuffer(),
    );
    pixel(image, 30, 10).forEach((value, i) => expect(Math.abs(value - [200, 100, 50][i]!)).toBeLessThan(4));
    expect(Math.max(...pixel(image, 30, 50))).toBeLessThan(4);
  });

  it('makes three channels of grey, 8 bits of 16, and white of what is transparent', async () => {
    const square = picture({ width: 64, height: 64, colour: [90, 90, 90] });
    const grey = await decode('grey.png', await square.clone().toColourspace('b-w').png().toBuffer());
    expect([pixel(grey, 5, 5), pixel(grey, 5, 60)]).toEqual([
      [90, 90, 90],
      [0, 0, 0],
    ]);
    const deep = await decode('deep.png', await square.clone().toColourspace('rgb16').png().toBuffer());
    expect((await sharp(join(folder, 'deep.png')).metadata()).depth).toBe('ushort');
    expect(pixel(deep, 5, 5)).toEqual([90, 90, 90]);
    const clear = await square.clone().ensureAlpha(0).png().toBuffer();
    expect(pixel(await decode('clear.png', clear), 5, 60)).toEqual([255, 255, 255]);
  });

  it('turns photographs upright', async () => {
    const lying = await picture({ width: 96, height: 64 })
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 100 })
      .toBuffer();
    const image = await decode('turned.jpg', lying);
    // A quarter turn clockwise: the coloured left half is on top.
    expect(pixel(image, 10, 50)[0]).toBeGreaterThan(190);
    expect(pixel(image, 55, 10)[0]).toBeLessThan(10);
  });

  it.each([
    ['an empty file', async () => Buffer.alloc(0)],
    ['text', async () => Buffer.from('not an image, whatever its name says')],
    [
      'a cut JPEG',
      async () => (await picture({ width: 500, height: 500 }).jpeg().toBuffer()).subarray(0, 900),
    ],
    [
      'a cut PNG',
      async () =>
        (await picture({ width: 500, height: 500 }).png({ compressionLevel: 0 }).toBuffer()).subarray(
          0,
          9000,
        ),
    ],
    [
      'a cut WebP',
      async () => (await picture({ width: 500, height: 500 }).webp().toBuffer()).subarray(0, 200),
    ],
  ])('refuses %s', async (_, bytes) => {
    await expect(decode('damaged.png', await bytes())).rejects.toThrow();
  });

  it('refuses other formats by name', async () => {
    const gif = await picture().gif().toBuffer();
    await expect(decode('a.png', gif)).rejects.toThrow(/received gif, valid: jpeg, png, webp/);
  });
});
