import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { DownloadFile } from '@paretrain/core';

/** The files that a download leaves, as paths under the data folder: itself, or what it unpacks to. */
export function downloadedPaths(file: DownloadFile): readonly string[] {
  return file.unpack?.members ?? [file.path];
}

/** Whether all that a download leaves is in a folder, or what will do in its place. Its content is not looked at. */
export async function isDownloaded(file: DownloadFile, directory: string): Promise<boolean> {
  const isThere = (path: string) =>
    access(join(directory, path)).then(
      () => true,
      () => false,
    );
  if (file.otherPath !== undefined && (await isThere(file.otherPath))) return true;
  const found = await Promise.all(downloadedPaths(file).map(isThere));
  return found.every(Boolean);
}
