import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { DataError, Rng } from '@paretrain/core';
import { afterAll, describe, expect, it } from 'vitest';
import { readMatFile, type MatArray } from '../src/index.ts';
import { decodeNumbers } from '../src/numbers.ts';
import { EXPECTED, FIXTURES } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'mat-file-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function numbersOf(array: MatArray): Promise<Float64Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of array.chunks()) chunks.push(chunk);
  return decodeNumbers(Buffer.concat(chunks), array.numbers);
}

function write(bytes: Uint8Array): string {
  const path = join(folder, 'damaged.mat');
  writeFileSync(path, bytes);
  return path;
}

describe('readMatFile', () => {
  it.each(Object.entries(EXPECTED.files))(
    'reads the numeric arrays of %s as SciPy does',
    async (name, { arrays }) => {
      const found = await readMatFile(join(FIXTURES, name));
      const real = Object.entries(arrays).filter(([key]) => key !== 'complex');
      expect(found.map((array) => array.name).sort()).toEqual(real.map(([key]) => key).sort());
      for (const [key, { dimensions, sum }] of real) {
        const array = found.find((each) => each.name === key)!;
        expect(array.dimensions).toEqual(dimensions);
        expect((await numbersOf(array)).reduce((total, value) => total + value, 0)).toBeCloseTo(sum, 9);
      }
    },
  );

  it('says where the numbers of uncompressed arrays lie', async () => {
    const path = join(FIXTURES, 'test_32x32.mat');
    const bytes = readFileSync(path);
    for (const array of await readMatFile(path)) {
      const there = bytes.subarray(array.position!, array.position! + array.bytes);
      expect(decodeNumbers(there, array.numbers)).toEqual(await numbersOf(array));
    }
    for (const array of await readMatFile(join(FIXTURES, 'train_32x32.mat'))) {
      expect(array.position).toBeUndefined();
    }
  });

  const plain = readFileSync(join(FIXTURES, 'test_32x32.mat'));
  const changed = (at: number, ...bytes: number[]) => {
    const copy = Buffer.from(plain);
    copy.set(bytes, at);
    return copy;
  };
  it.each([
    ['nothing', Buffer.alloc(0), /not a MAT file: received 0 bytes/],
    ['a big-endian file', changed(126, 0x4d, 0x49), /big-endian, valid: level 5, little-endian/],
    ['another file', Buffer.alloc(500, 'x'), /marked "xx"/],
    ['MATLAB 7.3', changed(124, 0, 2), /version 7.3 \(HDF5\), valid: level 5 \(save it with '-v7'/],
    ['a cut file', plain.subarray(0, 5000), /the file ends at 5000/],
    ['a cut tag', plain.subarray(0, 131), /ends within the tag at byte 128/],
    ['an unknown element', changed(128, 99), /element of type 99/],
  ])('names %s', async (_, bytes, message) => {
    const path = write(bytes);
    await expect(readMatFile(path)).rejects.toThrow(DataError);
    await expect(readMatFile(path)).rejects.toThrow(message);
    await expect(readMatFile(path)).rejects.toThrow(path);
  });

  it('names a file that is not there', async () => {
    await expect(readMatFile(join(folder, 'none.mat'))).rejects.toThrow(/none.mat: cannot be read: ENOENT/);
  });

  it('believes no size that a compressed array cannot have', async () => {
    const head = Buffer.from(plain.subarray(0, 128));
    const part = (type: number, content: Buffer) => {
      const tag = Buffer.alloc(8);
      tag.writeUInt32LE(type, 0);
      tag.writeUInt32LE(content.length, 4);
      return Buffer.concat([tag, content, Buffer.alloc((8 - (content.length % 8)) % 8)]);
    };
    const int32 = (...values: number[]) => Buffer.from(Int32Array.from(values).buffer);
    const values = Buffer.alloc(8);
    values.writeUInt32LE(2, 0);
    values.writeUInt32LE(2_000_000_000, 4);
    const array = Buffer.concat([
      part(6, int32(9, 0)),
      part(5, int32(2_000_000_000, 1)),
      part(1, Buffer.from('X')),
      values,
    ]);
    const element = Buffer.concat([int32(14, array.length), array]);
    const compressed = deflateSync(element);
    const path = write(Buffer.concat([head, int32(15, compressed.length), compressed]));
    await expect(readMatFile(path)).rejects.toThrow(
      /array 'X' claims 2000000000 bytes, more than the file can hold/,
    );
  });

  it.each(Object.keys(EXPECTED.files))('survives any damage to %s', { timeout: 120_000 }, async (name) => {
    const whole = readFileSync(join(FIXTURES, name));
    const rng = Rng.stream(11, 'damage', name);
    let refused = 0;
    const started = performance.now();
    for (let round = 0; round < 400; round++) {
      const bytes = Buffer.from(
        whole.subarray(0, round % 4 === 0 ? rng.integer(whole.length) : whole.length),
      );
      const flips = bytes.length > 0 ? 1 + rng.integer(8) : 0;
      for (let i = 0; i < flips; i++) {
        // Heads decide most, and lie in front.
        const among = rng.uniform() < 0.7 ? Math.min(bytes.length, 400) : bytes.length;
        bytes[rng.integer(among)] = rng.uniform() < 0.3 ? 255 * rng.integer(2) : rng.integer(256);
      }
      const path = write(bytes);
      try {
        for (const array of await readMatFile(path)) {
          let length = 0;
          for await (const chunk of array.chunks()) length += chunk.length;
          expect(length).toBe(array.bytes);
          expect(length).toBeLessThanOrEqual(bytes.length * 1032);
        }
      } catch (error) {
        if (!(error instanceof DataError)) throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(100);
    expect((performance.now() - started) / 400, 'milliseconds a file').toBeLessThan(200);
  });
});
