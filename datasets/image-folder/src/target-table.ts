import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataError } from '@paretrain/core';
import { parse } from 'csv-parse/sync';
import type { Listing } from './listing.ts';

/**
 * Reads a table of numeric targets: a line of names, the first `file`, then a line for each image. Numbers are learned relative to the
 * middle of their column, in halves of its range.
 * @param unit of all the numbers
 * @throws {DataError} naming the table, the line and what is wrong with it
 */
export function readTargetTable(path: string, folder: string, unit: string): Listing {
  const [head, ...rows] = parseTable(path);
  const [first, ...names] = head ?? [];
  if (first !== 'file' || names.length === 0 || new Set(names).size < names.length || names.includes('')) {
    throw new DataError(
      `image-folder: ${path}: received columns ${JSON.stringify(head ?? [])}, valid: 'file', then one or more different names of numbers`,
    );
  }
  if (rows.length === 0)
    throw new DataError(`image-folder: ${path}: received no images, valid: a line for each`);
  const images = rows.map(([file, ...cells], row) => {
    const line = `${path}: image ${row + 1}`;
    if (!file || !existsSync(join(folder, file))) {
      throw new DataError(`image-folder: ${line}: received file '${file}', valid: an image under ${folder}`);
    }
    const target = cells.map((cell, i) => {
      const value = Number(cell);
      if (cell !== '' && Number.isFinite(value)) return value;
      throw new DataError(
        `image-folder: ${line} (${file}): ${names[i]}: received '${cell}', valid: a number`,
      );
    });
    return { file, target };
  });
  const ranges = names.map((_, column) => {
    let [low, high] = [Infinity, -Infinity];
    for (const { target } of images) {
      low = Math.min(low, target[column]!);
      high = Math.max(high, target[column]!);
    }
    return { low, high };
  });
  return {
    images,
    target: {
      kind: 'position',
      names,
      unit,
      offset: ranges.map(({ low, high }) => (low + high) / 2),
      // A column of equal numbers has nothing to be learned.
      scale: ranges.map(({ low, high }) => (high - low) / 2 || 1),
    },
  };
}

function parseTable(path: string): string[][] {
  try {
    return parse(readFileSync(path), { bom: true, trim: true, skip_empty_lines: true });
  } catch (cause) {
    throw new DataError(`image-folder: ${path}: cannot be read: ${(cause as Error).message}`, { cause });
  }
}
