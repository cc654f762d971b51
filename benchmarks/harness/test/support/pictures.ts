import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';

/** Width and height; no square, so that the middle is cut out. */
const SIZE = { width: 90, height: 70 } as const;

/**
 * Writes a folder of PNGs, a folder for each class: stripes along one direction, of another width in each image.
 * @returns the images' names under the folder, sorted
 */
export async function writePictures(folder: string, perClass: number): Promise<string[]> {
  const files: string[] = [];
  const { width, height } = SIZE;
  for (const [name, along] of Object.entries({ columns: 'x', rows: 'y', slopes: 'both' })) {
    for (let i = 0; i < perClass; i++) {
      const period = 6 + i;
      const pixels = Uint8Array.from({ length: width * height * 3 }, (_, at) => {
        const [x, y] = [Math.floor(at / 3) % width, Math.floor(at / 3 / width)];
        const place = along === 'x' ? x : along === 'y' ? y : x + y;
        return place % period < period / 2 ? 40 + 70 * (at % 3) : 255 - 10 * i;
      });
      const file = `${name}/${String(i).padStart(2, '0')}.png`;
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await sharp(pixels, { raw: { width, height, channels: 3 } })
        .png()
        .toFile(join(folder, file));
      files.push(file);
    }
  }
  return files.sort();
}
