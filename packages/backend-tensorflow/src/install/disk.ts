import { existsSync } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UnavailableError } from '@paretrain/core';

/** @throws {UnavailableError} that says how much there is and how much is needed */
export function requireDisk(directory: string, free: number, needed: number): void {
  if (free >= needed) return;
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  throw new UnavailableError(
    `backend 'tensorflow' cannot be installed: ${gigabytes(free)} are free at '${directory}', needed are ${gigabytes(needed)}.`,
    'free some space, or let PARETRAIN_CACHE_DIR name a folder on another disk',
  );
}

/** Size of all files below a folder; links are not followed. Zero where there is none. */
export async function folderBytes(directory: string): Promise<number> {
  if (!existsSync(directory)) return 0;
  const entries = await readdir(directory, { withFileTypes: true, recursive: true });
  let bytes = 0;
  for (const entry of entries) {
    if (entry.isFile()) bytes += (await lstat(join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}
