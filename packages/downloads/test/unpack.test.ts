import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DownloadFile } from '@paretrain/core';
import { create } from 'tar';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DownloadError, download, type DownloadProgress } from '../src/index.ts';
import { misbehavingServer, type MisbehavingServer } from './support/misbehaving-server.ts';
import { stubProxies } from './support/proxy-environment.ts';

let server: MisbehavingServer;
let root: string;
let source: string;
let directory: string;

beforeEach(async () => {
  stubProxies();
  server = await misbehavingServer();
  root = await mkdtemp(join(tmpdir(), 'paretrain-unpack-'));
  source = join(root, 'source');
  directory = join(root, 'data');
  await mkdir(join(source, 'batches'), { recursive: true });
  await writeFile(join(source, 'batches', 'one.bin'), Buffer.alloc(5000, 1));
  await writeFile(join(source, 'batches', 'two.bin'), Buffer.alloc(7000, 2));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
  await rm(root, { recursive: true, force: true });
});

/** Serves an archive. */
function serve(archive: Buffer, members = ['batches/one.bin', 'batches/two.bin']): DownloadFile {
  server.files.set('/batches.tar.gz', archive);
  return {
    path: 'batches.tar.gz',
    urls: [`${server.address}batches.tar.gz`],
    bytes: archive.length,
    checksum: { algorithm: 'sha256', value: createHash('sha256').update(archive).digest('hex') },
    unpack: { members, bytes: 12_000 },
  };
}

async function archiveOf(paths: readonly string[], cwd = source): Promise<Buffer> {
  const file = join(root, 'made.tar.gz');
  await create({ file, cwd, gzip: true, preservePaths: true }, [...paths]);
  return readFile(file);
}

describe('an archive', () => {
  it('is unpacked to the data folder and not kept', async () => {
    const told: DownloadProgress[] = [];
    const file = serve(await archiveOf(['batches']));
    expect(await download(file, { directory, onProgress: (progress) => told.push(progress) })).toBe(
      'fetched',
    );
    expect(await readdir(directory)).toEqual(['batches']);
    expect((await readFile(join(directory, 'batches', 'two.bin'))).equals(Buffer.alloc(7000, 2))).toBe(true);
    expect(told.at(-1)).toMatchObject({ phase: 'unpack', done: file.bytes, total: file.bytes });
    expect(await download(file, { directory })).toBe('present');
  });

  it('fills in what is missing and leaves what is there', async () => {
    await mkdir(join(directory, 'batches'), { recursive: true });
    await writeFile(join(directory, 'batches', 'one.bin'), "the user's own");
    await download(serve(await archiveOf(['batches'])), { directory });
    expect(await readFile(join(directory, 'batches', 'one.bin'), 'utf8')).toBe("the user's own");
    expect(existsSync(join(directory, 'batches', 'two.bin'))).toBe(true);
  });

  it('must hold what it should', async () => {
    const file = serve(await archiveOf(['batches/one.bin']));
    await expect(download(file, { directory })).rejects.toThrow(DownloadError);
    await expect(download(file, { directory })).rejects.toThrow(/has no 'batches\/two.bin'/);
    expect(existsSync(join(directory, 'batches'))).toBe(false);
  });

  it('must not be damaged', async () => {
    const archive = await archiveOf(['batches']);
    const file = serve(archive.subarray(0, archive.length - 20));
    await expect(download(file, { directory })).rejects.toThrow(/batches.tar.gz.*cannot be unpacked/);
    await expect(download(serve(Buffer.alloc(3000, 9)), { directory })).rejects.toThrow(/cannot be unpacked/);
    expect(existsSync(join(directory, 'batches'))).toBe(false);
  });

  it.each([
    ['above its folder', (inner: string) => archiveOf(['batches', '../evil.bin'], inner)],
    ['by its full path', (inner: string) => archiveOf(['batches', join(root, 'evil.bin')], inner)],
  ])('must not reach %s', async (_where, make) => {
    await writeFile(join(root, 'evil.bin'), 'mine');
    const archive = await make(source);
    await writeFile(join(root, 'evil.bin'), "the user's own");
    await expect(download(serve(archive), { directory })).rejects.toThrow(
      /holds '.*evil.bin'; valid: plain files/,
    );
    expect(await readFile(join(root, 'evil.bin'), 'utf8')).toBe("the user's own");
    expect(existsSync(join(directory, 'batches'))).toBe(false);
  });

  it('must not hold links', async () => {
    await symlink('/etc', join(source, 'batches', 'link'));
    const file = serve(await archiveOf(['batches']));
    await expect(download(file, { directory })).rejects.toThrow(/holds 'batches\/link'/);
    expect(existsSync(join(directory, 'batches'))).toBe(false);
  });
});
