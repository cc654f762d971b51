import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** An idx file of bytes. */
export function idx(dimensions: readonly number[], data: Uint8Array): Buffer {
  const header = Buffer.alloc(4 + 4 * dimensions.length);
  header.set([0, 0, 8, dimensions.length]);
  dimensions.forEach((size, i) => header.writeUInt32BE(size, 4 + 4 * i));
  return Buffer.concat([header, data]);
}

/** Value of a pixel of image `id`: every position differs from its neighbours. */
export function pixel(id: number, y: number, x: number): number {
  return (id * 31 + y * 7 + x * 3) % 256;
}

export function imagesFile(ids: readonly number[]): Buffer {
  const data = ids.flatMap((id) =>
    Array.from({ length: 28 * 28 }, (_, i) => pixel(id, Math.floor(i / 28), i % 28)),
  );
  return idx([ids.length, 28, 28], Uint8Array.from(data));
}

export function labelsFile(labels: readonly number[]): Buffer {
  return idx([labels.length], Uint8Array.from(labels));
}

/** Writes a small data set in the official names. */
export function writeSmall(folder: string, compressed = true): void {
  mkdirSync(folder, { recursive: true });
  const write = (name: string, content: Buffer) =>
    writeFileSync(join(folder, compressed ? `${name}.gz` : name), compressed ? gzipSync(content) : content);
  write('train-images-idx3-ubyte', imagesFile([0, 1, 2]));
  write('train-labels-idx1-ubyte', labelsFile([3, 9, 0]));
  write('t10k-images-idx3-ubyte', imagesFile([3, 4]));
  write('t10k-labels-idx1-ubyte', labelsFile([5, 1]));
}
