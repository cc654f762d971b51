import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DataError, Rng } from '@paretrain/core';
import { afterAll, describe, expect, it } from 'vitest';
import { parseIdx } from '../src/idx.ts';
import { readIdxFile } from '../src/read-idx-file.ts';
import { idx } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'idx-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('parseIdx', () => {
  it('gives a view of the data', () => {
    const file = idx([2, 3], Uint8Array.of(1, 2, 3, 4, 5, 6));
    const { dimensions, data } = parseIdx(file, 'file');
    expect(dimensions).toEqual([2, 3]);
    expect([...data]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(data.buffer).toBe(file.buffer);
  });

  it.each([
    [[], /file: received 0 bytes, valid: at least 4/],
    [[0, 0, 0x0d, 1, 0, 0, 0, 0], /received 00000d01 at the beginning, valid: 0000 08/],
    [[0, 0, 8, 3, 0, 0, 0, 1], /received 8 bytes, valid: at least 16 for 3 dimensions/],
    [[0, 0, 8, 1, 0, 0, 0, 2, 1], /received 1 bytes of data, valid: 2 for dimensions 2/],
    [[0, 0, 8, 1, 0, 0, 0, 1, 1, 1], /received 2 bytes of data, valid: 1/],
    [[0, 0, 8, 2, 255, 255, 255, 255, 255, 255, 255, 255], /valid: 18446744065119617000 for dimensions/],
  ])('refuses %j', (bytes, message) => {
    expect(() => parseIdx(Uint8Array.from(bytes), 'file')).toThrow(DataError);
    expect(() => parseIdx(Uint8Array.from(bytes), 'file')).toThrow(message);
  });

  it('reads or refuses whatever it is given, and allocates nothing of the size that it claims', () => {
    const rng = Rng.stream(7, 'idx fuzz');
    const good = idx([4, 5, 5], new Uint8Array(100).fill(9));
    let read = 0;
    for (let round = 0; round < 20_000; round++) {
      // Bytes changed, mostly in the header, and the end cut off or something added.
      const file = Buffer.concat([good, Buffer.alloc(rng.integer(3))]).subarray(
        0,
        rng.integer(3) === 0 ? rng.integer(good.length) : good.length + 3,
      );
      const copy = Uint8Array.from(file);
      for (let change = rng.integer(4); change > 0 && copy.length > 0; change--) {
        const at = rng.integer(Math.min(copy.length, rng.integer(2) === 0 ? 16 : copy.length));
        copy[at] = rng.integer(256);
      }
      try {
        const { dimensions, data } = parseIdx(copy, 'file');
        expect(data.length).toBe(dimensions.reduce((product, size) => product * size, 1));
        expect(data.buffer).toBe(copy.buffer);
        read++;
      } catch (error) {
        expect(error).toBeInstanceOf(DataError);
      }
    }
    expect(read).toBeGreaterThan(100);
    expect(read).toBeLessThan(19_900);
  });
});

describe('readIdxFile', () => {
  const write = (name: string, content: Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };

  it('refuses a file that inflates to more than there can be, before it does', async () => {
    const bomb = write('bomb.gz', gzipSync(Buffer.alloc(200_000_000), { level: 1 }));
    const before = process.memoryUsage().arrayBuffers;
    await expect(readIdxFile(bomb, 1_000_000)).rejects.toThrow(/received more, valid: at most 1000000 bytes/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000);
  });

  it('refuses files that are too large, and ones that are not there', async () => {
    await expect(readIdxFile(write('large', Buffer.alloc(200_000)), 1000)).rejects.toThrow(
      /received 200000 bytes, valid: at most 1000 bytes/,
    );
    await expect(readIdxFile(write('larger', Buffer.alloc(2000)), 1000)).rejects.toThrow(
      /received 2000 bytes/,
    );
    await expect(readIdxFile(join(folder, 'none'), 1000)).rejects.toThrow(DataError);
  });

  it('reads or refuses damaged compressed files', async () => {
    const rng = Rng.stream(8, 'gzip fuzz');
    const good = gzipSync(
      idx(
        [4, 5, 5],
        Uint8Array.from({ length: 100 }, (_, i) => (i * 37) % 256),
      ),
    );
    let refused = 0;
    for (let round = 0; round < 300; round++) {
      const file = Uint8Array.from(
        good.subarray(0, rng.integer(2) === 0 ? rng.integer(good.length) : good.length),
      );
      if (file.length > 0) file[rng.integer(file.length)] = rng.integer(256);
      try {
        const { data } = await readIdxFile(write('damaged.gz', file), 1000);
        expect(data.length).toBe(100);
      } catch (error) {
        expect(error).toBeInstanceOf(DataError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(150);
  });
});
