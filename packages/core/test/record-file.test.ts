import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataError } from '../src/index.ts';
import { RecordReader, findRecordFile } from '../src/node/index.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'paretrain-records-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A file of records of two bytes: their number, and that plus 100. */
function write(name: string, first: number, count: number, offset = 0): string {
  const path = join(root, name);
  const records = Array.from({ length: count }, (_, i) => [first + i, first + i + 100]).flat();
  writeFileSync(path, Buffer.from([...Array<number>(offset).fill(255), ...records]));
  return path;
}

describe('RecordReader', () => {
  it('reads several files as one list, in any order, neighbours across files too', async () => {
    const files = [
      { path: write('a', 0, 3), recordBytes: 2, count: 3 },
      { path: write('b', 3, 1, 5), recordBytes: 2, count: 1, offset: 5 },
      (await findRecordFile(write('c', 4, 80), 2))!,
    ];
    const reader = await RecordReader.open(files);
    expect(reader.count).toBe(84);
    const orders = [
      Array.from({ length: 84 }, (_, i) => i),
      Array.from({ length: 84 }, (_, i) => 83 - i),
      [1, 2, 3, 4, 5, 5, 6, 0],
      [],
    ];
    for (const order of orders) {
      expect([...(await reader.read(order))]).toEqual(order.flatMap((index) => [index, index + 100]));
    }
    for (const index of [-1, 84, 0.5, NaN]) await expect(reader.read([0, index])).rejects.toThrow(DataError);
    await reader.close();
  });

  it('names the record that a file lost since it was looked at', async () => {
    const path = write('a', 0, 5);
    const reader = await RecordReader.open([(await findRecordFile(path, 2))!]);
    truncateSync(path, 7);
    await expect(reader.read([1, 2, 3, 4])).rejects.toThrow(/a: cut short: no whole record 3/);
    expect([...(await reader.read([2]))]).toEqual([2, 102]);
    await reader.close();
  });
});

describe('findRecordFile', () => {
  it('refuses files of another size', async () => {
    await expect(findRecordFile(write('a', 0, 2, 1), 2)).rejects.toThrow(
      /received 5 bytes, valid: a multiple of 2 above 0/,
    );
    expect(await findRecordFile(join(root, 'none'), 2)).toBeUndefined();
  });
});
