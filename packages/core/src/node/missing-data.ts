import { dirname } from 'node:path';
import { DataError } from '../errors.ts';
import { dataFolders, type DataFolderContext } from './data-folders.ts';

/**
 * The error for official files that are in none of the folders: says where was looked, and how to get them.
 * @param plugin name of the data set or loss network, as `paretrain data fetch` knows it
 * @param missing path of what is missing, under the data folder
 * @param setting what `paretrain data fetch` has to be told for that file, such as 'dataset.extra=true'
 */
export function missingData(
  plugin: string,
  missing: string,
  context: DataFolderContext,
  setting?: string,
): DataError {
  const fetch = setting === undefined ? plugin : `${plugin} --set ${setting}`;
  const folders = dataFolders(context).map((folder) => `'${folder}'`);
  return new DataError(
    `${plugin}: no ${missing} in ${folders.join(' or ') || 'any folder, since none is named'}; run paretrain data fetch ` +
      `${fetch}, or name the folder that holds it (--data-dir DIR or PARETRAIN_DATA_DIR)`,
  );
}

/**
 * The error for a folder that has only some of the official files.
 * @param plugin name of the data set or loss network, as `paretrain data fetch` knows it
 * @param missing name of what is missing
 * @param folder the folder of the data set, in the data folder
 */
export function incompleteData(plugin: string, missing: string, folder: string): DataError {
  return new DataError(
    `${plugin}: no ${missing} in '${folder}'; paretrain data fetch ${plugin} --data-dir '${dirname(folder)}' adds what is missing`,
  );
}
