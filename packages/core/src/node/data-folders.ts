import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What is known of folders by a data set or a loss network. */
export interface DataFolderContext {
  /** The user's own downloads. */
  readonly dataDirectory?: string;
  /** This plugin's folder in the cache. */
  readonly cacheDirectory?: string;
}

/** Where `paretrain data fetch` puts files, given the folder that a plugin has in the cache. */
export function downloadsDirectory(pluginCacheDirectory: string): string {
  return join(dirname(pluginCacheDirectory), 'downloads');
}

/** The folders in which official files may lie: the user's own downloads first, then those that were fetched. */
export function dataFolders({ dataDirectory, cacheDirectory }: DataFolderContext): readonly string[] {
  return [
    ...(dataDirectory === undefined ? [] : [dataDirectory]),
    ...(cacheDirectory === undefined ? [] : [downloadsDirectory(cacheDirectory)]),
  ];
}

/** The first of the folders that holds the file (its path with '/' between folders), or undefined. */
export async function findDataFile(context: DataFolderContext, path: string): Promise<string | undefined> {
  for (const folder of dataFolders(context)) {
    const candidate = join(folder, ...path.split('/'));
    const found = await access(candidate).then(
      () => true,
      () => false,
    );
    if (found) return candidate;
  }
  return undefined;
}
