import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ConfigurationError } from '@paretrain/core';
import { cacheDirectory } from '@paretrain/core/node';
import type { RunFolders } from './run/messages.ts';

/** What a user may say about folders; everything has a default. */
export interface FolderFlags {
  /** Results; default `results` in the current folder. */
  readonly out?: string | undefined;
  /** The user's own downloads; default the environment variable PARETRAIN_DATA_DIR, or none. */
  readonly dataDir?: string | undefined;
}

/**
 * Folders of this program. Generated and downloaded data lies in the user's cache folder (XDG), or where
 * PARETRAIN_CACHE_DIR says.
 * @throws {ConfigurationError} when a data folder was named that is none
 */
export async function resolveFolders(
  flags: FolderFlags,
  workingDirectory = process.cwd(),
): Promise<RunFolders> {
  const data = flags.dataDir ?? (process.env['PARETRAIN_DATA_DIR'] || null);
  if (data !== null) {
    const found = await stat(resolve(workingDirectory, data)).catch(() => null);
    if (!found?.isDirectory()) {
      throw new ConfigurationError(
        `data folder: received '${data}', which ${found ? 'is no folder' : 'does not exist'}; ` +
          'see --data-dir and PARETRAIN_DATA_DIR',
      );
    }
  }
  return {
    results: resolve(workingDirectory, flags.out ?? 'results'),
    cache: cacheDirectory(),
    data: data === null ? null : resolve(workingDirectory, data),
    pluginsFrom: workingDirectory,
  };
}

/** Folders of a data set or a loss network. */
export interface PluginFolders {
  readonly cacheDirectory: string;
  readonly dataDirectory?: string;
}

/** Where a data set finds or puts its files. */
export function datasetFolders({ cache, data }: RunFolders): PluginFolders {
  return { cacheDirectory: join(cache, 'datasets'), ...(data ? { dataDirectory: data } : {}) };
}

/** Where a loss network finds or puts its files. */
export function lossNetworkFolders({ cache, data }: RunFolders): PluginFolders {
  return { cacheDirectory: join(cache, 'loss-networks'), ...(data ? { dataDirectory: data } : {}) };
}

/** @throws {ConfigurationError} when nothing can be written there */
export async function assertWritable(directory: string, flag: string): Promise<void> {
  const probe = join(directory, `.write-test-${process.pid}`);
  try {
    await mkdir(directory, { recursive: true });
    await writeFile(probe, 'x');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new ConfigurationError(`${flag}: cannot write to '${directory}' (${code ?? message})`);
  } finally {
    await rm(probe, { force: true }).catch(() => undefined);
  }
}
