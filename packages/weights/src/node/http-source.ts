import { EnvHttpProxyAgent, fetch, type Response } from 'undici';
import type { ByteSource } from '../byte-source.ts';
import { HttpSourceError } from './http-source-error.ts';

export interface HttpSourceOptions {
  readonly signal?: AbortSignal;
  /** A server that is silent for so long has failed. Milliseconds, default 30,000. */
  readonly silence?: number;
}

/** Answers that may be another one a moment later: too busy, or broken for now. */
const PASSING = new Set([408, 429, 500, 502, 503, 504]);

/** Errors after which the same server need not be asked again. */
const UNREACHABLE = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH']);

/** A file on a web server as a source, each piece one request. */
export interface HttpSource extends ByteSource {
  /** Closes the connections. */
  close(): Promise<void>;
}

/**
 * Opens a file on a web server that allows ranges, so that only the bytes that are needed travel. Honours HTTPS_PROXY, HTTP_PROXY and
 * NO_PROXY, which Node's own `fetch` does not.
 * @throws {HttpSourceError} where the server cannot be reached, fails, or does not allow ranges; later, where it sends
 * something else than it was asked for or the file has changed meanwhile
 */
export async function httpSource(address: string, options: HttpSourceOptions = {}): Promise<HttpSource> {
  const { signal, silence = 30_000 } = options;
  const dispatcher = new EnvHttpProxyAgent({ headersTimeout: silence, bodyTimeout: silence });
  const request = async (first: number, last: number, validator?: string): Promise<Response> => {
    const headers = {
      range: `bytes=${first}-${last}`,
      ...(validator !== undefined && { 'if-range': validator }),
    };
    try {
      return await fetch(address, { headers, dispatcher, ...(signal && { signal }) });
    } catch (error) {
      throw failure(address, error);
    }
  };

  try {
    const response = await request(0, 0);
    await response.body?.cancel();
    const size = sizeOf(address, response);
    const validator = strongValidator(response);
    return {
      size,
      async read(offset, length) {
        if (length === 0) return new Uint8Array(0);
        const last = offset + length - 1;
        const piece = await request(offset, last, validator);
        if (piece.status !== 206 || !isRange(piece, offset, last, size)) {
          await piece.body?.cancel();
          throw new HttpSourceError(
            `${address}: asked for bytes ${offset} to ${last} of ${size}, received ${piece.status} ` +
              `${piece.headers.get('content-range') ?? piece.statusText}; the file has changed or the server fails`,
            { passing: PASSING.has(piece.status) },
          );
        }
        return readBody(address, piece, length);
      },
      close: () => dispatcher.close(),
    };
  } catch (error) {
    await dispatcher.close();
    throw error;
  }
}

function sizeOf(address: string, response: Response): number {
  const size = /^bytes 0-0\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1];
  if (response.status === 206 && size !== undefined) return Number(size);
  if (response.ok) {
    throw new HttpSourceError(
      `${address}: the server does not allow ranges; download the whole file and open that`,
      { passing: false },
    );
  }
  throw new HttpSourceError(`${address}: ${response.status} ${response.statusText}`, {
    passing: PASSING.has(response.status),
  });
}

function isRange(response: Response, first: number, last: number, size: number): boolean {
  return response.headers.get('content-range') === `bytes ${first}-${last}/${size}`;
}

/** Reads no more than was asked for, whatever the server sends. */
async function readBody(address: string, response: Response, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let done = 0;
  try {
    for await (const chunk of response.body ?? []) {
      const part = chunk as Uint8Array;
      if (done + part.length > length) {
        done = Infinity;
        break;
      }
      bytes.set(part, done);
      done += part.length;
    }
  } catch (error) {
    throw failure(address, error);
  }
  if (done !== length) {
    throw new HttpSourceError(
      `${address}: asked for ${length} bytes, received ${done > length ? 'more' : done}`,
      { passing: done < length },
    );
  }
  return bytes;
}

/** Only a validator that changes with every byte says that two ranges are of the same file. */
function strongValidator(response: Response): string | undefined {
  const tag = response.headers.get('etag');
  return tag && !tag.startsWith('W/') ? tag : undefined;
}

function failure(address: string, error: unknown): HttpSourceError {
  const { message, cause } = error as Error;
  // "fetch failed" says nothing; its cause does.
  const reason =
    cause instanceof Error && message === 'fetch failed' ? cause.message || String(cause) : message;
  const passing = !UNREACHABLE.has((cause as NodeJS.ErrnoException | undefined)?.code ?? '');
  return new HttpSourceError(`${address}: ${reason}`, { passing, cause: error });
}
