import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Rng } from '@paretrain/core';

const SIZE = 28;

/** Writes idx files of so many made-up digits under `<directory>/mnist`: a bright bar whose place tells the class. */
export async function writeTinyMnist(directory: string, train: number, test: number): Promise<void> {
  const folder = join(directory, 'mnist');
  await mkdir(folder, { recursive: true });
  for (const [part, count] of [
    ['train', train],
    ['t10k', test],
  ] as const) {
    const rng = Rng.stream(0, 'tiny-mnist', part);
    const labels = Uint8Array.from({ length: count }, (_, i) => i % 10);
    const images = new Uint8Array(count * SIZE * SIZE);
    labels.forEach((label, i) => {
      for (let y = 0; y < SIZE; y++) {
        for (let x = 0; x < SIZE; x++) {
          const bar = Math.abs(x - 4 - 2 * label) < 2 && y > 6 && y < 22;
          images[(i * SIZE + y) * SIZE + x] = (bar ? 200 : 0) + rng.integer(40);
        }
      }
    });
    await writeFile(join(folder, `${part}-images-idx3-ubyte`), idx([count, SIZE, SIZE], images));
    await writeFile(join(folder, `${part}-labels-idx1-ubyte`), idx([count], labels));
  }
}

/** The format of the official files: bytes, with their shape in front. */
function idx(shape: readonly number[], values: Uint8Array): Uint8Array {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header[2] = 8;
  header[3] = shape.length;
  shape.forEach((size, i) => header.writeUInt32BE(size, 4 + 4 * i));
  return Buffer.concat([header, values]);
}
