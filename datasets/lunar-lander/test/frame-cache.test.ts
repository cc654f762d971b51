import { execFile } from 'node:child_process';
import {
  closeSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { DataError, type DatasetProgress } from '@paretrain/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FRAME_FILE, FrameFile, FrameFileWriter } from '@paretrain/core/node';
import { framePath } from '../src/index.ts';
import { generateSplit } from '../src/generate.ts';
import { options, prepare, temporaryFolder } from './support.ts';

const TINY = { rollouts: 2, steps: 40 };
let folder: ReturnType<typeof temporaryFolder>;
let path: string;

beforeEach(() => {
  folder = temporaryFolder();
  path = framePath(folder.path, 'train', options(TINY));
});
afterEach(() => folder.remove());

function flipByte(file: string, position: number): void {
  const byte = readFileSync(file)[position]! ^ 1;
  const handle = openSync(file, 'r+');
  writeSync(handle, Uint8Array.of(byte), 0, 1, position);
  closeSync(handle);
}

describe('the cache of frames', () => {
  const damages: [string, () => void, RegExp][] = [
    [
      'truncated',
      () => truncateSync(path, statSync(path).size - 1),
      /truncated: received \d+ bytes, its header says/,
    ],
    ['emptied', () => truncateSync(path, 0), /truncated: received 0 bytes/],
    ['too long', () => writeFileSync(path, 'x', { flag: 'a' }), /too long/],
    [
      'with a changed pixel',
      () => flipByte(path, FRAME_FILE.dataOffset + 5000),
      /wrong checksum: its content has sha256/,
    ],
    ['with a changed target', () => flipByte(path, statSync(path).size - 2), /wrong checksum/],
    ['with a changed digest', () => flipByte(path, FRAME_FILE.digestOffset), /wrong checksum/],
    [
      'with a changed option',
      () => flipByte(path, readFileSync(path).indexOf('"seed":') + 7),
      /wrong checksum|damaged header/,
    ],
    ['with a broken header', () => flipByte(path, FRAME_FILE.jsonOffset), /damaged header/],
    ['that is another file', () => writeFileSync(path, Buffer.alloc(9000)), /not a frame file/],
    ['of another version', () => flipByte(path, 8), /format version 0, readable: 1/],
  ];

  it.each(damages)('names a file %s and makes it again', async (_, damage, message) => {
    const whole = await prepare(folder.path, TINY);
    damage();
    await expect(FrameFile.open(path)).rejects.toThrow(DataError);
    await expect(FrameFile.open(path)).rejects.toThrow(message);
    await expect(FrameFile.open(path)).rejects.toThrow(path);
    await expect(whole.open('train')).rejects.toThrow(message);
    const progress: DatasetProgress[] = [];
    const again = await prepare(folder.path, TINY, { onProgress: (update) => progress.push(update) });
    expect(again.checksum).toBe(whole.checksum);
    expect(progress[0]!.phase).toMatch(/^generate train again \(frame file /);
    expect(progress[0]!.phase).toMatch(message);
    await (await again.open('train')).close();
  });

  it('names a missing file', async () => {
    await expect(FrameFile.open(path)).rejects.toThrow(/cannot be read: ENOENT/);
  });

  it('is not made twice', async () => {
    await prepare(folder.path, TINY);
    const progress: DatasetProgress[] = [];
    await prepare(folder.path, TINY, { onProgress: (update) => progress.push(update) });
    expect(progress).toEqual([]);
  });

  it('checks the content of an unchanged file only on request', async () => {
    await prepare(folder.path, TINY);
    const { atime, mtime } = statSync(path);
    flipByte(path, FRAME_FILE.dataOffset + 1);
    utimesSync(path, atime, mtime);
    const remembered = JSON.parse(readFileSync(`${path}.verified`, 'utf8')) as { mtimeMs: number };
    writeFileSync(`${path}.verified`, JSON.stringify({ ...remembered, mtimeMs: statSync(path).mtimeMs }));
    await (await FrameFile.open(path)).close();
    await expect(FrameFile.open(path, { full: true })).rejects.toThrow(/wrong checksum/);
    await expect(FrameFile.open(path)).rejects.toThrow(/wrong checksum/);
  });

  it('removes what killed writers left', async () => {
    await prepare(folder.path, TINY);
    rmSync(path);
    const left = `${path}.1-00000000.writing`;
    writeFileSync(left, 'half a file');
    await prepare(folder.path, TINY);
    expect(
      readdirSync(join(folder.path, 'lunar-lander')).filter((name) => !/\.(frames|verified)$/.test(name)),
    ).toEqual([]);
  });

  it('names a cache directory that is a file', async () => {
    const file = join(folder.path, 'file');
    writeFileSync(file, '');
    await expect(prepare(file, TINY)).rejects.toThrow(DataError);
    await expect(prepare(file, TINY)).rejects.toThrow(file);
  });

  it('is made once by processes that start together', async () => {
    const script = `
      import { parseOptions } from '@paretrain/core';
      import { lunarLander } from './src/index.ts';
      const phases = new Set();
      const prepared = await lunarLander.prepare({
        options: parseOptions(lunarLander, { rollouts: 6, steps: 60 }),
        cacheDirectory: process.argv[1],
        onProgress: ({ phase }) => phases.add(phase),
      });
      console.log(JSON.stringify({ checksum: prepared.checksum, phases: [...phases] }));`;
    const run = () =>
      promisify(execFile)('npx', ['tsx', '--input-type=module', '-e', script, folder.path], {
        cwd: join(import.meta.dirname, '..'),
      });
    const results = (await Promise.all([run(), run(), run()])).map(
      ({ stdout }) => JSON.parse(stdout) as { checksum: string; phases: string[] },
    );
    expect(new Set(results.map(({ checksum }) => checksum)).size).toBe(1);
    const generated = results.flatMap(({ phases }) => phases.filter((phase) => phase.startsWith('generate')));
    expect(generated.sort()).toEqual(['generate pretrain', 'generate test', 'generate train']);
    const alone = temporaryFolder();
    expect((await prepare(alone.path, { rollouts: 6, steps: 60 })).checksum).toBe(results[0]!.checksum);
    alone.remove();
  }, 180_000);

  it('is written in bounded memory', async () => {
    setFlagsFromString('--expose_gc');
    const collect = runInNewContext('gc') as () => void;
    const used: number[] = [];
    const onProgress = () => {
      collect();
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      used.push(heapUsed + arrayBuffers);
    };
    await generateSplit(path, 'pretrain', options({ rollouts: 12 }), { onProgress });
    expect(statSync(path).size).toBeGreaterThan(12 * 150 * 64 * 64 * 3);
    // The eleven episodes after the first make 20 MB of frames; none of them may still be held.
    expect(Math.max(...used) - used[0]!).toBeLessThan(3 * 2 ** 20);
  });
});

describe('FrameFileWriter', () => {
  it('leaves nothing when it gives up', async () => {
    const writer = await FrameFileWriter.create(path);
    await writer.append(new Uint8Array(12), new Float32Array(2), 1);
    await writer.discard();
    expect(readdirSync(join(folder.path, 'lunar-lander'))).toEqual([]);
  });

  it('writes what FrameFile reads', async () => {
    const writer = await FrameFileWriter.create(path);
    await writer.append(
      Uint8Array.from({ length: 12 }, (_, i) => i),
      Float32Array.of(0.5, -1),
      1,
    );
    await writer.append(new Uint8Array(24).fill(255), Float32Array.of(1, 2, 3, 4), 2);
    await writer.finish({ source: { made: 'by hand' }, height: 2, width: 2, channels: 3, targetSize: 2 });
    const file = await FrameFile.open(path);
    expect(file.count).toBe(3);
    expect(file.header.source).toEqual({ made: 'by hand' });
    const { images, targets } = await file.read([2, 0]);
    expect([...images]).toEqual([
      ...new Array<number>(12).fill(255),
      ...Array.from({ length: 12 }, (_, i) => i),
    ]);
    expect([...targets]).toEqual([3, 4, 0.5, -1]);
    await file.close();
  });
});
