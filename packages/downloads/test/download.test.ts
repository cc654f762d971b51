import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { AbortedError, UnavailableError, type DownloadFile } from '@paretrain/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DownloadError, download, type DownloadOptions, type DownloadProgress } from '../src/index.ts';
import { localProxy } from './support/local-proxy.ts';
import {
  anotherRange,
  breaksOff,
  callsItEncoded,
  misbehavingServer,
  redirectsTo,
  saysLength,
  sendsMore,
  silent,
  stalls,
  status,
  withoutRanges,
  wrongBytes,
  type MisbehavingServer,
} from './support/misbehaving-server.ts';
import { stubProxies } from './support/proxy-environment.ts';

const PATH = 'digits/images.bin';
const content = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 7919) % 256));

let server: MisbehavingServer;
let directory: string;
let target: string;
let part: string;

beforeEach(async () => {
  stubProxies();
  server = await misbehavingServer();
  server.files.set('/first', content).set('/second', content);
  directory = await mkdtemp(join(tmpdir(), 'paretrain-download-'));
  target = join(directory, PATH);
  part = join(directory, '.partial', 'digits--images.bin', 'part');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

/** The file, at the mirrors of these names. */
function official(...names: [string, ...string[]]): DownloadFile {
  return {
    path: PATH,
    urls: names.map((name) => `${server.address}${name}`) as [string, ...string[]],
    bytes: content.length,
    checksum: { algorithm: 'md5', value: createHash('md5').update(content).digest('hex') },
  };
}

function fetching(file: DownloadFile, options: Partial<DownloadOptions> = {}) {
  return download(file, { directory, silenceMs: 5000, pauseMs: 1, ...options });
}

/** Whether so much is on the disk. */
function written(bytes: number): () => boolean {
  return () => existsSync(part) && statSync(part).size >= bytes;
}

async function expectWhole(): Promise<void> {
  expect((await readFile(target)).equals(content)).toBe(true);
  // Nothing else is left.
  expect(await readdir(directory)).toEqual([dirname(PATH)]);
}

/** What an earlier call has left. */
async function leavePart(bytes: Buffer, tag: string | null): Promise<void> {
  await mkdir(dirname(part), { recursive: true });
  await writeFile(part, bytes);
  if (tag !== null) await writeFile(`${part}.tag`, tag);
}

describe('download', () => {
  it('brings a file, and leaves alone what is there', async () => {
    const told: DownloadProgress[] = [];
    expect(await fetching(official('first'), { onProgress: (progress) => told.push(progress) })).toBe(
      'fetched',
    );
    await expectWhole();
    for (const phase of ['download', 'check']) {
      expect(told.filter((each) => each.phase === phase).at(-1)).toMatchObject({
        path: PATH,
        done: content.length,
        total: content.length,
      });
    }
    await writeFile(target, "the user's own");
    expect(await fetching(official('first'))).toBe('present');
    expect(await readFile(target, 'utf8')).toBe("the user's own");
    expect(server.ranges).toHaveLength(1);
  });

  it('goes on where the connection broke', async () => {
    server.next.push(breaksOff(30_000, written(30_000)), breaksOff(20_000, written(50_000)));
    await fetching(official('first'));
    await expectWhole();
    expect(server.ranges).toEqual([null, 'bytes=30000-', 'bytes=50000-']);
  });

  it('does not give up while something comes, however often it breaks', async () => {
    for (let i = 1; i <= 10; i++) server.next.push(breaksOff(5000, written(i * 5000)));
    await fetching(official('first'));
    await expectWhole();
    expect(server.ranges).toHaveLength(11);
  });

  it('takes a stalled connection up again', async () => {
    server.next.push(stalls(40_000), silent);
    await fetching(official('first'), { silenceMs: 300 });
    await expectWhole();
    expect(server.ranges).toHaveLength(3);
    expect(server.ranges[2]).toMatch(/^bytes=\d+-$/);
  });

  it('goes on in a later call after this one was stopped', async () => {
    const controller = new AbortController();
    server.next.push(stalls(40_000));
    const timer = setInterval(() => written(40_000)() && controller.abort(), 5);
    await expect(fetching(official('first'), { signal: controller.signal })).rejects.toThrow(AbortedError);
    clearInterval(timer);
    expect(existsSync(target)).toBe(false);
    await fetching(official('first'));
    await expectWhole();
    expect(server.ranges).toEqual([null, 'bytes=40000-']);
  });

  it('begins again at a server without ranges', async () => {
    await leavePart(content.subarray(0, 10_000), '"one"');
    server.next.push(withoutRanges);
    await fetching(official('first'));
    await expectWhole();
    expect(server.ranges).toEqual(['bytes=10000-']);
  });

  it('gives up a server without ranges that breaks off at the same place every time', async () => {
    server.files.set('/first', content.subarray(0, 1000));
    server.next.push(...Array.from({ length: 100 }, () => saysLength(content.length)));
    await expect(fetching(official('first'))).rejects.toThrow(DownloadError);
    expect(existsSync(target)).toBe(false);
    expect(server.next.length).toBeGreaterThan(80);
  });

  it.each([
    ['another range than asked', anotherRange, '"one"'],
    ['a range of a file that has changed', undefined, '"zero"'],
    ['parts of which nothing says that they belong together', undefined, null],
  ])('does not join %s', async (_what, behaviour, tag) => {
    await leavePart(Buffer.alloc(10_000, 7), tag);
    if (behaviour) server.next.push(behaviour);
    await fetching(official('first'));
    await expectWhole();
  });

  it('begins again when there is more than the server has', async () => {
    await leavePart(Buffer.alloc(200_000), '"one"');
    await fetching(official('first'));
    await expectWhole();
    expect(server.ranges).toEqual(['bytes=200000-', null]);
  });

  it('hashes a resumed file whole, and begins again when its first part was damaged', async () => {
    await leavePart(Buffer.alloc(10_000, 7), '"one"');
    await fetching(official('first'));
    await expectWhole();
    expect(server.ranges).toEqual(['bytes=10000-', null]);
  });

  it('only checks what has come whole before', async () => {
    await leavePart(content, null);
    await fetching(official('first'));
    await expectWhole();
    expect(server.ranges).toEqual([]);
  });

  it('asks a server again that is broken for a moment', async () => {
    server.next.push(status(500), status(503));
    await fetching(official('first'));
    await expectWhole();
  });

  it.each([
    ['fails', Array.from({ length: 4 }, () => status(500)), /500 Internal Server Error/],
    ['has moved away', [status(404)], /404 Not Found/],
    ['sends wrong bytes', [wrongBytes], /the md5 of what came is [0-9a-f]{32}, published is/],
    ['says a smaller size', [saysLength(99_000)], /has 99000 bytes there, 100000 are expected/],
    ['says a larger size', [saysLength(101_000)], /has 101000 bytes there, 100000 are expected/],
    ['sends more than the file', [sendsMore(10)], /sent more than 100000 bytes/],
    ['never answers', Array.from({ length: 4 }, () => silent), /timeout/i],
  ])('turns to the next mirror when the first %s', async (_what, behaviours, reason) => {
    server.next.push(...behaviours);
    await fetching(official('first', 'second'), { silenceMs: 200 });
    await expectWhole();

    await rm(target);
    server.next.push(...behaviours);
    const alone = fetching(official('first'), { silenceMs: 200 });
    await expect(alone).rejects.toThrow(DownloadError);
    await expect(alone).rejects.toThrow(reason);
    await expect(alone).rejects.toThrow(`${PATH} cannot be downloaded: ${server.address}first: `);
    expect(existsSync(target)).toBe(false);
  });

  it('names every mirror when none has it', async () => {
    await expect(fetching(official('none', 'nowhere'))).rejects.toThrow(
      /none: 404 Not Found; .*nowhere: 404/,
    );
  });

  it('says in one line that nothing answers', async () => {
    const file = official('first');
    await server.close();
    const error = await fetching(file).catch((caught: unknown) => caught as Error);
    expect(error).toBeInstanceOf(DownloadError);
    expect((error as Error).message).toMatch(
      /^digits\/images.bin cannot be downloaded: http:.*first: connect ECONNREFUSED 127\.0\.0\.1:\d+$/,
    );
    server = await misbehavingServer();
  });

  it('takes the bytes as they are sent, whatever the server calls them, and from where it sends on to', async () => {
    server.next.push(redirectsTo(`${server.address}second`), callsItEncoded);
    await fetching(official('first'));
    await expectWhole();
  });

  it('fetches once when two ask at the same time', async () => {
    const outcomes = await Promise.all([fetching(official('first')), fetching(official('first'))]);
    expect(outcomes.sort()).toEqual(['fetched', 'present']);
    await expectWhole();
    expect(server.ranges).toHaveLength(1);
  });

  it('asks for the space that it needs first', async () => {
    const huge = { ...official('first'), bytes: 1e18 };
    await expect(fetching(huge)).rejects.toThrow(UnavailableError);
    await expect(fetching(huge)).rejects.toThrow(
      /1000000000000000000 bytes are needed in '.*', \d+ are free/,
    );
    expect(server.ranges).toEqual([]);
  });

  it('goes through the proxy of the environment, but not to hosts that need none', async () => {
    const proxy = await localProxy();
    stubProxies({ HTTP_PROXY: proxy.address });
    await fetching(official('first'));
    await expectWhole();
    expect(proxy.asked).toHaveLength(1);
    expect(proxy.asked[0]).toContain(new URL(server.address).host);

    await rm(target);
    stubProxies({ HTTP_PROXY: proxy.address, NO_PROXY: '127.0.0.1' });
    await fetching(official('first'));
    expect(proxy.asked).toHaveLength(1);

    await rm(target);
    await proxy.close();
    stubProxies({ HTTP_PROXY: proxy.address });
    await expect(fetching(official('first'))).rejects.toThrow(/ECONNREFUSED/);
  });
});
