import { DataError } from '../errors.ts';
import { dataFolders, type DataFolderContext } from './data-folders.ts';

/**
 * The error for official files that are in none of the folders: says where was looked, and how to get them.
 * @param plugin name of the data set or loss network, as `paretrain data fetch` knows it
 * @param missing path of what is missing, under the data folder
 */
export function missingData(plugin: string, missing: string, context: DataFolderContext): DataError {
  const folders = dataFolders(context).map((folder) => `'${folder}'`);
  return new DataError(
    `${plugin}: no ${missing} in ${folders.join(' or ') || 'any folder, since none is named'}; run paretrain data fetch ` +
      `${plugin}, or name the folder that holds it (--data-dir DIR or PARETRAIN_DATA_DIR)`,
  );
}
