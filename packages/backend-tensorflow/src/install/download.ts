import { createWriteStream } from 'node:fs';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { AbortedError, InstallationError } from '@paretrain/core';
import type { Response } from 'undici';

export interface DownloadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Bytes on disk so far, and in all where the server tells. */
  readonly onBytes?: (done: number, total: number | null) => void;
}

/** A connection that gives nothing for so long is taken up again. */
const SILENCE_MS = 30_000;
const TRIES = 4;

/**
 * Size of a file on a server, in bytes.
 * @throws {Error} with the reason, where it cannot be reached
 */
export async function downloadSize(address: string, signal?: AbortSignal): Promise<number> {
  const response = await request(address, 'HEAD', {}, signal);
  await response.body?.cancel();
  if (!response.ok) throw new Error(`${address}: ${response.status} ${response.statusText}`);
  return Number(response.headers.get('content-length') ?? 0);
}

/**
 * Downloads a file. What an earlier try has fetched is not fetched again, if the file has not changed on the server. The
 * file gets its name when it is complete.
 * @throws {InstallationError} when the server cannot be reached, fails or sends less than it says
 * @throws {AbortedError} when stopped; what has come stays
 */
export async function download(address: string, path: string, options: DownloadOptions = {}): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await fetchRest(address, path, options);
      return;
    } catch (error) {
      if (options.signal?.aborted) throw new AbortedError();
      // The disk's errors are the caller's; a server that says no will say it again.
      if (error instanceof RefusedError || attempt === TRIES || isDiskError(error)) {
        if (isDiskError(error)) throw error;
        throw new InstallationError(`download of ${address}: ${reasonOf(error)}`, { cause: error });
      }
    }
  }
}

class RefusedError extends Error {}

async function fetchRest(address: string, path: string, { signal, onBytes }: DownloadOptions): Promise<void> {
  const part = `${path}.part`;
  const tagFile = `${part}.tag`;
  const tag = await readFile(tagFile, 'utf8').catch(() => null);
  const have = tag === null ? 0 : await sizeOf(part);
  const headers: Record<string, string> = have > 0 ? { range: `bytes=${have}-`, 'if-range': tag! } : {};
  const response = await request(address, 'GET', headers, signal);
  if (response.status === 416) {
    // More than the server has: something else under this address.
    await rm(part, { force: true });
    throw new Error('the server has another file now');
  }
  if (!response.ok) throw new RefusedError(`${response.status} ${response.statusText}`);
  const resumed = response.status === 206;
  const start = resumed ? have : 0;
  const length = response.headers.get('content-length');
  const total = length === null ? null : start + Number(length);
  const newTag = strongTag(response);
  if (newTag) await writeFile(tagFile, newTag);
  else await rm(tagFile, { force: true });
  let done = start;
  await pipeline(
    Readable.fromWeb(response.body as ReadableStream),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        done += chunk.length;
        onBytes?.(done, total);
        yield chunk;
      }
    },
    createWriteStream(part, { flags: resumed ? 'a' : 'w' }),
    ...(signal ? [{ signal }] : []),
  );
  if (total !== null && done !== total) throw new Error(`${done} of ${total} bytes came`);
  await rename(part, path);
  await rm(tagFile, { force: true });
}

/** Honours HTTPS_PROXY, HTTP_PROXY and NO_PROXY, which Node's own `fetch` does not. */
async function request(
  address: string,
  method: 'GET' | 'HEAD',
  headers: Record<string, string>,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const { EnvHttpProxyAgent, fetch } = await import('undici');
  const dispatcher = new EnvHttpProxyAgent({ headersTimeout: SILENCE_MS, bodyTimeout: SILENCE_MS });
  try {
    return await fetch(address, { method, headers, dispatcher, ...(signal ? { signal } : {}) });
  } catch (error) {
    throw new Error(reasonOf(error), { cause: error });
  }
}

/** Only a validator that changes with every byte may join two parts. */
function strongTag(response: Response): string | null {
  const tag = response.headers.get('etag');
  return tag && !tag.startsWith('W/') ? tag : response.headers.get('last-modified');
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

function isDiskError(error: unknown): boolean {
  return ['ENOSPC', 'EACCES', 'EROFS', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '');
}

/** "fetch failed" says nothing; its cause does. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error && message === 'fetch failed' ? cause.message || String(cause) : message;
}
