import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { throwIfAborted, type Checksum } from '@paretrain/core';

export interface HashOptions {
  readonly signal?: AbortSignal | undefined;
  /** Bytes hashed so far. */
  readonly onBytes?: ((done: number) => void) | undefined;
}

/**
 * Digest of a whole file, hexadecimal in lower case.
 * @throws {AbortedError} when stopped
 */
export async function hashFile(
  path: string,
  algorithm: Checksum['algorithm'],
  { signal, onBytes }: HashOptions = {},
): Promise<string> {
  const hash = createHash(algorithm);
  let done = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) {
    throwIfAborted(signal);
    hash.update(chunk as Buffer);
    done += (chunk as Buffer).length;
    onBytes?.(done);
  }
  return hash.digest('hex');
}
