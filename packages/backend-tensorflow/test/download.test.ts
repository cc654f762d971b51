import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AbortedError, InstallationError } from '@paretrain/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { download, downloadSize } from '../src/install/download.ts';
import { serveFiles, type FileServer } from './support/file-server.ts';

let server: FileServer;
let folder: string;
let target: string;
const content = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 7919) % 256));

async function expectContent(path: string, expected: Buffer): Promise<void> {
  expect((await readFile(path)).equals(expected)).toBe(true);
}

beforeEach(async () => {
  server = await serveFiles();
  server.files.set('/file', { content, tag: '"one"' });
  folder = await mkdtemp(join(tmpdir(), 'paretrain-download-'));
  target = join(folder, 'file');
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

describe('download', () => {
  it('brings the whole file and tells how far it is', async () => {
    const told: (readonly [number, number | null])[] = [];
    await download(`${server.address}file`, target, { onBytes: (...now) => told.push(now) });
    await expectContent(target, content);
    expect(told.at(-1)).toEqual([content.length, content.length]);
    expect(existsSync(`${target}.part`)).toBe(false);
  });

  it('takes up a broken connection where it broke off', async () => {
    server.breakOff.push(30_000, 20_000);
    await download(`${server.address}file`, target);
    await expectContent(target, content);
    // What had just come when the connection broke may be lost with it.
    const [first, second, third] = server.ranges.map((range) => (range ? Number(/\d+/.exec(range)) : 0));
    expect(server.ranges).toHaveLength(3);
    expect(first).toBe(0);
    expect(second).toBeGreaterThan(0);
    expect(third).toBeGreaterThan(second!);
  });

  it('goes on in a later call, after this one was stopped', async () => {
    const controller = new AbortController();
    server.fallSilent.push(40_000);
    const stopped = download(`${server.address}file`, target, {
      signal: controller.signal,
      onBytes: (done) => done === 40_000 && setTimeout(() => controller.abort(), 100),
    });
    await expect(stopped).rejects.toThrow(AbortedError);
    expect(existsSync(target)).toBe(false);
    await download(`${server.address}file`, target);
    await expectContent(target, content);
    expect(server.ranges).toEqual([null, 'bytes=40000-']);
  });

  it('begins again when the file on the server is another one', async () => {
    await writeFile(`${target}.part`, content.subarray(0, 10_000));
    await writeFile(`${target}.part.tag`, '"zero"');
    await download(`${server.address}file`, target);
    await expectContent(target, content);
  });

  it('begins again when there is more than the server has', async () => {
    await writeFile(`${target}.part`, Buffer.alloc(200_000));
    await writeFile(`${target}.part.tag`, '"one"');
    await download(`${server.address}file`, target);
    await expectContent(target, content);
  });

  it('does not join parts of which nothing says that they belong together', async () => {
    await writeFile(`${target}.part`, content.subarray(0, 10_000));
    await download(`${server.address}file`, target);
    await expectContent(target, content);
    expect(server.ranges).toEqual([null]);
  });

  it('says what the server said, at once', async () => {
    await expect(download(`${server.address}other`, target)).rejects.toThrow(InstallationError);
    await expect(download(`${server.address}other`, target)).rejects.toThrow(/other: 404/);
  });

  it('gives up on a server that always breaks off, and keeps what came', async () => {
    server.breakOff.push(1000, 1000, 1000, 1000);
    await expect(download(`${server.address}file`, target)).rejects.toThrow(InstallationError);
    const kept = await readFile(`${target}.part`);
    expect(kept.length).toBeGreaterThan(0);
    await expectContent(`${target}.part`, content.subarray(0, kept.length));
  });
});

describe('downloadSize', () => {
  it('asks for the size only', async () => {
    expect(await downloadSize(`${server.address}file`)).toBe(content.length);
    expect(server.ranges).toEqual([]);
  });

  it('names the reason where nothing answers', async () => {
    const { address } = server;
    await server.close();
    await expect(downloadSize(`${address}file`)).rejects.toThrow(/ECONNREFUSED/);
    server = await serveFiles();
  });
});
