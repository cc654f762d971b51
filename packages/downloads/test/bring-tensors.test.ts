import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { AbortedError, type DownloadFile, type NeededTensor } from '@paretrain/core';
import { writeSafetensors } from '@paretrain/weights';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DownloadError, download, isDownloaded, type DownloadProgress } from '../src/index.ts';
import {
  breaksOff,
  misbehavingServer,
  redirectsTo,
  saysLength,
  silent,
  stalls,
  status,
  withoutRanges,
  wrongBytes,
  type Behaviour,
  type MisbehavingServer,
} from './support/misbehaving-server.ts';
import { stubProxies } from './support/proxy-environment.ts';

const numbers = (count: number, scale: number) =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(i) * scale);
const KERNEL = { shape: [4, 3, 5, 5], data: numbers(300, 0.1) };
const BIAS = { shape: [4], data: numbers(4, 1) };
/** Most of the file, and not needed. */
const CLASSIFIER = { shape: [200, 100], data: numbers(20_000, 1) };
const content = Buffer.from(
  writeSafetensors({ 'features.0.weight': KERNEL, 'features.0.bias': BIAS, 'classifier.weight': CLASSIFIER }),
);
const WHOLE = 'weights/net.pth';
const PART = 'weights/net_features.safetensors';

let server: MisbehavingServer;
let directory: string;

beforeEach(async () => {
  stubProxies();
  server = await misbehavingServer();
  server.files.set('/first', content).set('/second', content);
  directory = await mkdtemp(join(tmpdir(), 'paretrain-tensors-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

const sha256 = (data: Float32Array | Buffer): string => createHash('sha256').update(data).digest('hex');

function official(
  tensors: readonly NeededTensor[] = [
    { name: 'features.0.weight', shape: KERNEL.shape, beginsWith: [0, 0.084147, 0.09093] },
    { name: 'features.0.bias', shape: BIAS.shape, sha256: sha256(BIAS.data) },
  ],
  names: [string, ...string[]] = ['first'],
): DownloadFile {
  return {
    path: WHOLE,
    otherPath: PART,
    urls: names.map((name) => `${server.address}${name}`) as [string, ...string[]],
    bytes: content.length,
    checksum: { algorithm: 'sha256', value: sha256(content) },
    tensors,
  };
}

function fetching(file: DownloadFile, options: { signal?: AbortSignal; silenceMs?: number } = {}) {
  return download(file, { directory, silenceMs: 5000, pauseMs: 1, ...options });
}

async function expectPart(): Promise<void> {
  const expected = writeSafetensors({ 'features.0.weight': KERNEL, 'features.0.bias': BIAS });
  expect((await readFile(join(directory, PART))).equals(expected)).toBe(true);
  expect(await readdir(directory)).toEqual(['weights']);
  expect(await readdir(join(directory, 'weights'))).toEqual(['net_features.safetensors']);
}

async function expectWhole(): Promise<void> {
  expect((await readFile(join(directory, WHOLE))).equals(content)).toBe(true);
  expect(await readdir(directory)).toEqual(['weights']);
  expect(await readdir(join(directory, 'weights'))).toEqual(['net.pth']);
}

/** Bytes that were asked for by ranges. */
function asked(): number {
  return server.ranges.reduce((sum, range) => {
    const found = /^bytes=(\d+)-(\d+)$/.exec(range ?? '');
    return found ? sum + Number(found[2]) - Number(found[1]) + 1 : Infinity;
  }, 0);
}

describe('the tensors that are needed', () => {
  it('come alone from a server that allows ranges', async () => {
    const told: DownloadProgress[] = [];
    const onProgress = (progress: DownloadProgress) => told.push(progress);
    expect(await download(official(), { directory, onProgress })).toBe('tensors');
    await expectPart();
    expect(asked()).toBeLessThan(3000);
    expect(told.at(-1)).toMatchObject({ path: WHOLE, phase: 'download', done: 1216, total: 1216 });
  });

  it('are not brought where either file is there', async () => {
    await fetching(official());
    server.ranges.length = 0;
    expect(await fetching(official())).toBe('present');
    expect(await isDownloaded(official(), directory)).toBe(true);
    await rm(join(directory, PART));
    expect(await isDownloaded(official(), directory)).toBe(false);
    await mkdir(dirname(join(directory, WHOLE)), { recursive: true });
    await writeFile(join(directory, WHOLE), content);
    expect(await fetching(official())).toBe('present');
    expect(server.ranges).toEqual([]);
  });

  it.each<[string, Behaviour[]]>([
    ['a connection that breaks in the directory', [breaksOff(0, () => true), breaksOff(0, () => true)]],
    ['a busy server', [status(503), status(500)]],
    ['a server that stalls', [silent]],
  ])('come in spite of %s', async (_, behaviours) => {
    server.next.push(...behaviours);
    expect(await fetching(official(), { silenceMs: 300 })).toBe('tensors');
    await expectPart();
  });

  it('come in spite of a connection that breaks within a tensor, which is asked for again', async () => {
    const honest: Behaviour = (request, response) => {
      const [, first, last] = /bytes=(\d+)-(\d+)/.exec(request.headers.range!)!.map(Number) as [
        number,
        number,
        number,
      ];
      const rest = content.subarray(first, last + 1);
      const range = `bytes ${first}-${first + rest.length - 1}/${content.length}`;
      response
        .writeHead(206, { 'content-length': rest.length, 'content-range': range, etag: '"one"' })
        .end(rest);
    };
    // Size, first bytes, header's length, header; then the tensor.
    server.next.push(
      honest,
      honest,
      honest,
      honest,
      stalls(100),
      breaksOff(700, () => true),
    );
    expect(await fetching(official(), { silenceMs: 300 })).toBe('tensors');
    await expectPart();
    expect(server.ranges.length).toBe(8);
  });

  it('come from the next mirror', async () => {
    server.files.delete('/first');
    expect(await fetching(official(undefined, ['first', 'second']))).toBe('tensors');
    await expectPart();
    expect(server.ranges.length).toBe(7);
  });

  it('come from where a server sends on', async () => {
    server.next.push(redirectsTo('/second'));
    expect(await fetching(official())).toBe('tensors');
    await expectPart();
  });

  it('leave nothing when they are stopped', async () => {
    server.next.push(silent);
    const abort = new AbortController();
    const stopped = expect(fetching(official(), { signal: abort.signal })).rejects.toThrow(AbortedError);
    await vi.waitFor(() => expect(server.ranges.length).toBe(1));
    abort.abort();
    await stopped;
    expect(await readdir(directory)).toEqual([]);
  });
});

describe('the whole file comes instead', () => {
  it('from a server without ranges', async () => {
    server.next.push(withoutRanges);
    expect(await fetching(official())).toBe('fetched');
    await expectWhole();
    expect(server.ranges).toEqual(['bytes=0-0', null]);
  });

  it.each<[string, Partial<NeededTensor>]>([
    ['begins with other numbers', { beginsWith: [0, 0.0842] }],
    ['has another shape', { shape: [4, 75] }],
    ['has another checksum', { sha256: sha256(BIAS.data) }],
    ['is not in the file', { name: 'features.1.weight' }],
  ])('where a tensor %s, since then the list is wrong or the server is', async (_, change) => {
    const needed = { name: 'features.0.weight', shape: KERNEL.shape, ...change };
    expect(await fetching(official([needed]))).toBe('fetched');
    await expectWhole();
  });

  it('and shows what is wrong with the server', async () => {
    server.next.push(...Array.from({ length: 20 }, () => wrongBytes));
    const failing = fetching(official());
    await expect(failing).rejects.toThrow(DownloadError);
    await expect(failing).rejects.toThrow(/first: the sha256 of what came is/);
    expect(existsSync(join(directory, 'weights'))).toBe(false);
  });

  it('from a server that says another size', async () => {
    server.files.set('/first', Buffer.concat([content, Buffer.alloc(1)]));
    await expect(fetching(official())).rejects.toThrow(/has \d+ bytes there, \d+ are expected/);
    expect(server.ranges).toEqual(['bytes=0-0', null]);
    server.files.set('/first', content);
    server.next.push(saysLength(content.length + 9));
    expect(await fetching(official())).toBe('fetched');
  });

  it('and says why a server cannot be reached', async () => {
    const file = official();
    await server.close();
    await expect(fetching(file)).rejects.toThrow(/net\.pth cannot be downloaded: .*ECONNREFUSED/);
    expect(await readdir(directory)).toEqual([]);
    server = await misbehavingServer();
  });
});
