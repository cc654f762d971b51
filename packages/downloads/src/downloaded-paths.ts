import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { DownloadFile } from '@paretrain/core';

/** The files that a download leaves, as paths under the data folder: itself, or what it unpacks to. */
export function downloadedPaths(file: DownloadFile): readonly string[] {
  return file.unpack?.members ?? [file.path];
}

/** Whether all that a download leaves is in a folder. Its content is not looked at. */
export async function isDownloaded(file: DownloadFile, directory: string): Promise<boolean> {
  const found = await Promise.all(
    downloadedPaths(file).map((path) =>
      access(join(directory, path)).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.every(Boolean);
}
