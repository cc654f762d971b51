import { existsSync, statSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DownloadError, fetchFile, sizeOnServer } from '../src/index.ts';
import {
  breaksOff,
  misbehavingServer,
  status,
  type MisbehavingServer,
} from './support/misbehaving-server.ts';
import { stubProxies } from './support/proxy-environment.ts';

const content = Buffer.from(Array.from({ length: 50_000 }, (_, i) => (i * 31) % 256));
let server: MisbehavingServer;
let folder: string;
let target: string;

beforeEach(async () => {
  stubProxies();
  server = await misbehavingServer();
  server.files.set('/file', content);
  folder = await mkdtemp(join(tmpdir(), 'paretrain-fetch-'));
  target = join(folder, 'file');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

describe('fetchFile', () => {
  it('brings the whole file and tells how far it is', async () => {
    const told: (readonly [number, number | null])[] = [];
    await fetchFile(`${server.address}file`, target, { onBytes: (...now) => told.push(now) });
    expect((await readFile(target)).equals(content)).toBe(true);
    expect(told.at(-1)).toEqual([content.length, content.length]);
    for (const left of ['.part', '.part.tag']) expect(existsSync(`${target}${left}`)).toBe(false);
  });

  it('goes on with what an earlier call has left', async () => {
    await writeFile(`${target}.part`, content.subarray(0, 10_000));
    await writeFile(`${target}.part.tag`, '"one"');
    await fetchFile(`${server.address}file`, target);
    expect((await readFile(target)).equals(content)).toBe(true);
    expect(server.ranges).toEqual(['bytes=10000-']);
  });

  it('gives up on a server that brings nothing more, and keeps what came', async () => {
    const written = () => existsSync(`${target}.part`) && statSync(`${target}.part`).size >= 1000;
    server.next.push(breaksOff(1000, written), ...Array.from({ length: 4 }, () => status(500)));
    const failing = fetchFile(`${server.address}file`, target, { pauseMs: 1 });
    await expect(failing).rejects.toThrow(DownloadError);
    await expect(failing).rejects.toThrow(/file: 500/);
    expect((await readFile(`${target}.part`)).equals(content.subarray(0, 1000))).toBe(true);
    expect(existsSync(target)).toBe(false);
  });
});

describe('sizeOnServer', () => {
  it('asks for the size only', async () => {
    expect(await sizeOnServer(`${server.address}file`)).toBe(content.length);
    expect(server.ranges).toEqual([]);
  });

  it('names the reason where it cannot be had', async () => {
    await expect(sizeOnServer(`${server.address}other`)).rejects.toThrow(/other: the server answers 404/);
    const { address } = server;
    await server.close();
    await expect(sizeOnServer(`${address}file`)).rejects.toThrow(/ECONNREFUSED/);
    server = await misbehavingServer();
  });
});
