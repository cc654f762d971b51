import { stat } from 'node:fs/promises';
import { matchesChecksum, type DownloadFile } from '@paretrain/core';
import { findDataFile, type DataFolderContext } from '@paretrain/core/node';
import { hashFile } from '@paretrain/downloads';

/** A file beside the checksum that its publisher gives. */
export interface PublishedFile {
  readonly path: string;
  readonly bytes: number;
  /** Whether it is what was published, byte for byte. */
  readonly published: boolean;
}

/**
 * Compares files on disk with the published checksums. Files that come in an archive are left out: only the archive's
 * checksum is published.
 */
export async function comparePublished(
  downloads: readonly DownloadFile[],
  folders: DataFolderContext,
  signal?: AbortSignal,
): Promise<PublishedFile[]> {
  const files: PublishedFile[] = [];
  for (const { path, bytes, checksum, unpack } of downloads) {
    if (unpack) continue;
    const found = await findDataFile(folders, path);
    if (found === undefined) continue;
    const { size } = await stat(found);
    const published =
      size === bytes && matchesChecksum(await hashFile(found, checksum.algorithm, { signal }), checksum);
    files.push({ path, bytes: size, published });
  }
  return files;
}
