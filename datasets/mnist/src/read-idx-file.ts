import { readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { DataError } from '@paretrain/core';
import { parseIdx, type IdxArray } from './idx.ts';

const inflate = promisify(gunzip);

/** What gzip adds at most to content that cannot be compressed, and more. */
const GZIP_OVERHEAD = 64 * 1024;

/**
 * Reads an idx file, inflated where its name ends in `.gz`.
 * @param most largest size of its content in bytes; a file that holds more is refused before that is in memory
 * @throws {DataError} when it cannot be read, is damaged or too large
 */
export async function readIdxFile(path: string, most: number): Promise<IdxArray> {
  const tooLarge = (size: string) =>
    new DataError(
      `${path}: received ${size}, valid: at most ${most} bytes; it is damaged or another data set's`,
    );
  try {
    const { size } = await stat(path);
    if (size > most + GZIP_OVERHEAD) throw tooLarge(`${size} bytes`);
    const file = await readFile(path);
    const content = path.endsWith('.gz') ? await inflate(file, { maxOutputLength: most }) : file;
    if (content.length > most) throw tooLarge(`${content.length} bytes`);
    return parseIdx(content, path);
  } catch (error) {
    if (error instanceof DataError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge('more');
    throw new DataError(`${path}: cannot be read: ${message}`, { cause: error });
  }
}
