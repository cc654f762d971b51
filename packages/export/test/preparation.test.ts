import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tile } from '@paretrain/transforms';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { imagePreparer } from '../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'preparation-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A picture whose left and right half have one colour each. */
async function picture(left: readonly number[], right: readonly number[]): Promise<string> {
  const pixels = Uint8Array.from({ length: 64 * 64 }, (_, i) => Number(i % 64 >= 32));
  const colours = Uint8Array.from([...pixels].flatMap((side) => (side ? right : left)));
  const path = join(folder, 'picture.png');
  await sharp(colours, { raw: { width: 64, height: 64, channels: 3 } })
    .png()
    .toFile(path);
  return path;
}

describe('imagePreparer', () => {
  const path = picture([255, 0, 0], [10, 200, 90]);

  it('decodes to the shape that the data set had and does its transforms', async () => {
    const decoded = { height: 64, width: 64, channels: 3 };
    const { image, prepare } = imagePreparer({ decoded, interpolation: 'bicubic' }, [
      tile.build({ rows: 2, columns: 1 }),
    ]);
    expect(image).toEqual({ height: 128, width: 64, channels: 3 });
    const bytes = await prepare(await path);
    expect(bytes).toHaveLength(128 * 64 * 3);
    for (const row of [0, 127]) {
      const at = row * 64 * 3;
      expect([...bytes.subarray(at, at + 3), ...bytes.subarray(at + 63 * 3, at + 64 * 3)]).toEqual([
        255, 0, 0, 10, 200, 90,
      ]);
    }
  });

  it('makes one channel as Pillow does', async () => {
    const decoded = { height: 64, width: 64, channels: 1 };
    const bytes = await imagePreparer({ decoded, interpolation: 'nearest' }).prepare(await path);
    // Pillow: Image.new('RGB', (1, 1), (255, 0, 0)).convert('L').getpixel((0, 0)) is 76; of (10, 200, 90) it is 131.
    expect([bytes.length, bytes[0], bytes[63]]).toEqual([64 * 64, 76, 131]);
  });

  it.each([
    [{ height: 64, width: 48, channels: 3 }, '64x48x3'],
    [{ height: 64, width: 64, channels: 4 }, '64x64x4'],
  ])('refuses shapes that no image file has', (decoded, named) => {
    expect(() => imagePreparer({ decoded, interpolation: 'bicubic' })).toThrow(
      new RegExp(`${named} cannot be made .* square ones of 1 or 3 channels`),
    );
  });
});
