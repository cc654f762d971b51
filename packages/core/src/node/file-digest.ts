import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DataError, throwIfAborted } from '../errors.ts';

/**
 * sha256 of a file, remembered in `directory` for as long as its size and time of change stay the same, so that large
 * data is hashed once and not before every use.
 * @param onBytes called with the number of bytes hashed since the last call
 */
export async function fileDigest(
  path: string,
  directory: string,
  options: { readonly signal?: AbortSignal; readonly onBytes?: (bytes: number) => void } = {},
): Promise<string> {
  const { size, mtimeMs } = await stat(path);
  const name = createHash('sha256').update(resolve(path)).digest('hex').slice(0, 16);
  const memory = join(directory, `${name}.sha256.json`);
  const state = { path: resolve(path), size, mtimeMs };
  const remembered = await readFile(memory, 'utf8')
    .then(JSON.parse, () => undefined)
    .catch(() => undefined);
  if (remembered?.size === size && remembered.mtimeMs === mtimeMs && remembered.path === state.path) {
    options.onBytes?.(size);
    return String(remembered.digest);
  }
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) {
      throwIfAborted(options.signal);
      hash.update(chunk as Buffer);
      options.onBytes?.((chunk as Buffer).length);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new DataError(`${path}: cannot be read: ${(error as Error).message}`, { cause: error });
  }
  const digest = hash.digest('hex');
  try {
    await mkdir(directory, { recursive: true });
    await writeFile(`${memory}.${process.pid}`, JSON.stringify({ ...state, digest }));
    await rename(`${memory}.${process.pid}`, memory);
  } catch {
    // A cache that cannot be written costs hashing again next time, nothing else.
  }
  return digest;
}
