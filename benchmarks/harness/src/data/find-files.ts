import type { DownloadFile } from '@paretrain/core';
import { findDataFile, type DataFolderContext } from '@paretrain/core/node';
import { downloadedPaths } from '@paretrain/downloads';

/** An official file on disk, or the lack of it. */
export interface DataFile {
  /** Path under the data folder. */
  readonly path: string;
  /** Where it is, or what will do in its place; or null. */
  readonly found: string | null;
  /** Options with which alone it is read. */
  readonly onlyWith?: DownloadFile['onlyWith'];
  /** Cannot be downloaded: users have to supply it. */
  readonly supplied?: true;
}

/** What all the downloads leave, each where it is, and the file that users have to supply. */
export async function findFiles(
  downloads: readonly DownloadFile[],
  folders: DataFolderContext,
  supplied?: string,
): Promise<DataFile[]> {
  const find = async (path: string, { otherPath, onlyWith }: DownloadFile): Promise<DataFile> => {
    const other = otherPath === undefined ? undefined : await findDataFile(folders, otherPath);
    const found = other ?? (await findDataFile(folders, path)) ?? null;
    return { path, found, ...(onlyWith && { onlyWith }) };
  };
  const files = await Promise.all(
    downloads.flatMap((download) => downloadedPaths(download).map((path) => find(path, download))),
  );
  if (supplied === undefined) return files;
  const found = (await findDataFile(folders, supplied)) ?? null;
  return [...files, { path: supplied, found, supplied: true }];
}

/** Bytes of the downloads of which something is missing. */
export function missingBytes(downloads: readonly DownloadFile[], files: readonly DataFile[]): number {
  const missing = new Set(files.filter(({ found }) => found === null).map(({ path }) => path));
  return downloads
    .filter((download) => downloadedPaths(download).some((path) => missing.has(path)))
    .reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Whether there is anything of the downloads: a folder of their name is enough, whatever is in it. */
export async function isAnythingThere(
  downloads: readonly DownloadFile[],
  folders: DataFolderContext,
): Promise<boolean> {
  const tops = new Set(downloads.flatMap(downloadedPaths).map((path) => path.split('/')[0]!));
  const found = await Promise.all([...tops].map((top) => findDataFile(folders, top)));
  return found.some((path) => path !== undefined);
}
