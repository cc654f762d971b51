import { createWriteStream } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { STATUS_CODES } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { AbortedError } from '@paretrain/core';
import { DownloadError } from './download-error.ts';
import { fileSize } from './file-size.ts';
import { reasonOf, withAnswer, type Answer } from './request.ts';

export interface TransferOptions {
  readonly signal?: AbortSignal | undefined;
  /** Size that the file must have, in bytes; left out, what the server says goes. */
  readonly bytes?: number | undefined;
  /** Bytes on disk so far, and in all where the server tells. */
  readonly onBytes?: ((done: number, total: number | null) => void) | undefined;
  /** A connection that gives nothing for so long is taken up again; milliseconds, 30,000 by default. */
  readonly silenceMs?: number | undefined;
  /** Pause before the second try, twice as long before each further one; milliseconds, 500 by default. */
  readonly pauseMs?: number | undefined;
}

export const SILENCE_MS = 30_000;
export const PAUSE_MS = 500;

/** Tries that bring nothing new before a server is given up. */
export const TRIES = 4;

/** Errors after which the same server need not be asked again. */
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Answers that may be another one a moment later: too busy, or broken for now. */
const PASSING = new Set([408, 429, 500, 502, 503, 504]);

const DISK_ERRORS = new Set(['ENOSPC', 'EACCES', 'EROFS', 'EDQUOT', 'ENOTDIR', 'EISDIR']);

/** The server has not got what is wanted. */
class RefusedError extends Error {}

/**
 * Brings a file from a server to `part`, with what `part` holds already if the server says that it is the same file still. A
 * connection that breaks or stalls is taken up where it broke, for as long as something comes.
 * @throws {DownloadError} when the server cannot be reached, refuses, or has a file of another size
 * @throws {AbortedError} when stopped; what has come stays
 */
export async function transfer(address: string, part: string, options: TransferOptions = {}): Promise<void> {
  const { signal, pauseMs = PAUSE_MS } = options;
  let most = await fileSize(part);
  for (let failures = 0; ;) {
    try {
      await bringRest(address, part, options);
      return;
    } catch (error) {
      if (signal?.aborted) throw new AbortedError();
      const code = (error as NodeJS.ErrnoException).code ?? '';
      if (DISK_ERRORS.has(code)) throw error;
      const have = await fileSize(part);
      // Only what is more than ever before counts: a server without ranges may break off at the same place for ever.
      failures = have > most ? 1 : failures + 1;
      most = Math.max(most, have);
      if (error instanceof RefusedError || UNREACHABLE.has(code) || failures === TRIES) {
        throw new DownloadError(`${address}: ${reasonOf(error)}`, { cause: error });
      }
    }
    await pause(pauseMs * 2 ** (failures - 1), undefined, signal ? { signal } : {}).catch(() => {
      throw new AbortedError();
    });
  }
}

/** Forgets what has come. */
export async function dropPart(part: string): Promise<void> {
  await Promise.all([part, tagPath(part)].map((path) => rm(path, { force: true })));
}

function tagPath(part: string): string {
  return `${part}.tag`;
}

async function bringRest(address: string, part: string, options: TransferOptions): Promise<void> {
  const { signal, bytes, silenceMs = SILENCE_MS } = options;
  // All had come before, only its checksum was not looked at.
  if (bytes !== undefined && (await fileSize(part)) === bytes) return;
  const tag = await readFile(tagPath(part), 'utf8').catch(() => null);
  const have = tag === null ? 0 : await fileSize(part);
  const headers: Record<string, string> = have > 0 ? { range: `bytes=${have}-`, 'if-range': tag! } : {};
  await withAnswer(address, { method: 'GET', headers, signal, silenceMs }, async (answer) => {
    if (PASSING.has(answer.status)) throw new Error(statusText(answer));
    if (answer.status === 416) {
      // More than the server has: something else under this address.
      await dropPart(part);
      throw new Error('the server has another file now');
    }
    if (answer.status !== 200 && answer.status !== 206) throw new RefusedError(statusText(answer));
    const { start, total } = extent(answer);
    if (bytes !== undefined && total !== null && total !== bytes) {
      throw new RefusedError(`has ${total} bytes there, ${bytes} are expected`);
    }
    if (start !== (answer.status === 206 ? have : 0)) {
      await dropPart(part);
      throw new Error(`sent the bytes from ${start} on, asked were those from ${have} on`);
    }
    await rememberTag(answer, part);
    await writeBody(answer, part, start, bytes ?? total, options);
  });
}

/** Which part of the file an answer holds, and how large the file is in all where that is told. */
function extent(answer: Answer): { readonly start: number; readonly total: number | null } {
  if (answer.status === 206) {
    const found = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(answer.header('content-range') ?? '');
    // An answer that does not say which part it is belongs nowhere.
    if (!found) return { start: NaN, total: null };
    return { start: Number(found[1]), total: found[2] === '*' ? null : Number(found[2]) };
  }
  const length = answer.header('content-length');
  return { start: 0, total: length === null ? null : Number(length) };
}

async function writeBody(
  { body }: Answer,
  part: string,
  start: number,
  total: number | null,
  { signal, onBytes }: TransferOptions,
): Promise<void> {
  let done = start;
  await pipeline(
    body,
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        done += chunk.length;
        if (total !== null && done > total) throw new RefusedError(`sent more than ${total} bytes`);
        onBytes?.(done, total);
        yield chunk;
      }
    },
    createWriteStream(part, { flags: start > 0 ? 'a' : 'w' }),
    ...(signal ? [{ signal }] : []),
  );
  if (total !== null && done !== total) throw new Error(`${done} of ${total} bytes came`);
}

/** Only a validator that changes with every byte may join two parts. */
async function rememberTag(answer: Answer, part: string): Promise<void> {
  const tag = answer.header('etag');
  const strong = tag && !tag.startsWith('W/') ? tag : answer.header('last-modified');
  if (strong) await writeFile(tagPath(part), strong);
  else await rm(tagPath(part), { force: true });
}

function statusText({ status }: Answer): string {
  return `${status} ${STATUS_CODES[status] ?? ''}`.trim();
}
