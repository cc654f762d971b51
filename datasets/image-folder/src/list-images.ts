import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DataError } from '@paretrain/core';
import type { Listing } from './listing.ts';
import { readTargetTable } from './target-table.ts';

const EXTENSIONS = /\.(png|jpe?g|webp)$/i;
const TABLE = 'targets.csv';

/**
 * Lists a folder: the images that `targets.csv` names where there is one, or else those below each of its folders, which are the
 * classes. Names that begin with a dot are passed over. No image is opened.
 * @param unit of the numbers in the table
 * @throws {DataError} naming the folder or file and what is wrong with it
 */
export function listImages(folder: string, unit: string): Listing {
  if (!existsSync(folder)) {
    throw new DataError(
      `image-folder: no folder '${folder}'; valid: a folder with one folder of images for each class, or with ${TABLE}; name it with ` +
        '--set dataset.path=DIR, or put image-folder/ into the data folder (--data-dir DIR or PARETRAIN_DATA_DIR)',
    );
  }
  const table = join(folder, TABLE);
  return existsSync(table) ? readTargetTable(table, folder, unit) : listClasses(folder);
}

/**
 * Every image below a folder, in those below it too, in the order of their names; which classes they are of is not asked. Names that begin
 * with a dot are passed over, and no image is opened.
 * @returns paths under the folder, with '/' between folders
 * @throws {DataError} where there is no such folder or no image in it
 */
export function imageFiles(folder: string): string[] {
  if (!existsSync(folder)) throw new DataError(`no folder '${folder}'; valid: a folder of images`);
  const files = filesBelow(folder, '.')
    .map((file) => file.slice('./'.length))
    .filter((file) => EXTENSIONS.test(file));
  if (files.length > 0) return files;
  throw new DataError(
    `${folder}: received no images, valid: .png, .jpg, .jpeg or .webp files, in it or in folders below it`,
  );
}

function listClasses(folder: string): Listing {
  const classes = entries(folder)
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  if (classes.length < 2) {
    throw new DataError(
      `image-folder: ${folder}: received ${classes.length ? `one class, '${classes[0]}'` : 'no class'}, valid: two folders or more, one for ` +
        `each class, or a ${TABLE}`,
    );
  }
  const images = classes.flatMap((name, label) => {
    const files = filesBelow(join(folder, name), name).filter((file) => EXTENSIONS.test(file));
    if (files.length > 0) return files.map((file) => ({ file, target: [label] }));
    throw new DataError(
      `image-folder: ${join(folder, name)}: received no images, valid: .png, .jpg, .jpeg or .webp files for class '${name}'; remove a ` +
        'folder that is no class',
    );
  });
  return { images, target: { kind: 'class', classes } };
}

function filesBelow(folder: string, prefix: string): string[] {
  return entries(folder).flatMap((entry) => {
    const file = `${prefix}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(join(folder, entry.name), file) : [file];
  });
}

function entries(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter(({ name }) => !name.startsWith('.'))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (cause) {
    throw new DataError(`image-folder: ${folder}: cannot be read: ${(cause as Error).message}`, { cause });
  }
}
