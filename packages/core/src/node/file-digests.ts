import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetContext } from '../dataset.ts';
import { fileDigest } from './file-digest.ts';

/**
 * sha256 of each of a data set's files, remembered in its folder of the cache as {@link fileDigest} does. Tells how far it is.
 * @param dataset name of the data set, for that folder and for what is told
 * @returns hexadecimal digests in the order of `paths`
 * @throws {AbortedError} when stopped
 */
export async function fileDigests(
  dataset: string,
  paths: readonly string[],
  { cacheDirectory, signal, onProgress }: DatasetContext,
): Promise<string[]> {
  const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  let done = 0;
  const onBytes = (bytes: number) => {
    done += bytes;
    onProgress?.({ phase: `check ${dataset}`, done, total, unit: 'bytes' });
  };
  const digests: string[] = [];
  for (const path of paths) {
    digests.push(
      await fileDigest(path, join(cacheDirectory, dataset), { onBytes, ...(signal && { signal }) }),
    );
  }
  return digests;
}
