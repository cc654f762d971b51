import { DataError } from '@paretrain/core';
import { dataFolders, findDataFile, type DataFolderContext } from '@paretrain/core/node';
import type { DataSource } from './data-source.ts';

/** The file that users have to supply of a loss network whose weights cannot be downloaded; undefined for what needs none. */
export function suppliedFile({ kind, plugin }: DataSource): string | undefined {
  return kind === 'loss-network' ? plugin.suppliedFile : undefined;
}

/** @throws {DataError} where it is in none of the folders, saying where it is looked for */
export async function findSupplied(name: string, file: string, folders: DataFolderContext): Promise<string> {
  const found = await findDataFile(folders, file);
  if (found !== undefined) return found;
  const places = dataFolders(folders).map((folder) => `'${folder}'`);
  throw new DataError(
    `${name}: ${file} cannot be downloaded and has to be supplied; it is looked for in ${places.join(' and ')}: ` +
      'put it there, or name the folder that holds it (--data-dir DIR or PARETRAIN_DATA_DIR)',
  );
}
