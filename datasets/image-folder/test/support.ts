import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseOptions, type DatasetProgress } from '@paretrain/core';
import sharp from 'sharp';
import { imageFolder } from '../src/index.ts';

export interface Painted {
  readonly width?: number;
  readonly height?: number;
  /** Red, green and blue of the left half; the right half is black. */
  readonly colour?: readonly [number, number, number];
}

/** A picture with a coloured left half, as bytes of three channels. */
export function picture({ width = 40, height = 30, colour = [200, 100, 50] }: Painted = {}) {
  const data = Buffer.alloc(width * height * 3);
  for (let i = 0; i < width * height; i++) if (i % width < width / 2) data.set(colour, 3 * i);
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** Writes a file and the folders above it. */
export function put(folder: string, file: string, bytes: Buffer | string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), bytes);
}

/** Two classes: 10 red pictures in PNG, JPEG and WebP of several sizes, 5 blue ones one folder further down. */
export async function putClasses(folder: string): Promise<void> {
  for (let i = 0; i < 10; i++) {
    const red = picture({ width: 30 + 11 * i, height: 90 - 7 * i, colour: [255, 10 * i, 0] });
    const [extension, image] =
      i % 3 === 0 ? ['png', red.png()] : i % 3 === 1 ? ['JPG', red.jpeg()] : ['webp', red.webp()];
    put(folder, `red/${i}.${extension}`, await image.toBuffer());
  }
  for (let i = 0; i < 5; i++) {
    put(
      folder,
      `blue/more/${i}.png`,
      await picture({ colour: [10 * i, 0, 255] })
        .png()
        .toBuffer(),
    );
  }
  put(folder, 'blue/notes.txt', 'no image');
  put(folder, 'red/.hidden.png', 'no image');
}

/** Prepares a folder, and says what was reported. */
export async function prepare(
  cacheDirectory: string,
  options: Record<string, unknown>,
  dataDirectory?: string,
) {
  const phases: string[] = [];
  const prepared = await imageFolder.prepare({
    options: parseOptions(imageFolder, options),
    cacheDirectory,
    ...(dataDirectory !== undefined && { dataDirectory }),
    onProgress: ({ phase }: DatasetProgress) => phases.push(phase),
  });
  return { prepared, phases };
}
