import { open, stat, type FileHandle } from 'node:fs/promises';
import { DataError } from '../errors.ts';

/** Records of one size in a file, one after the other. */
export interface RecordFile {
  readonly path: string;
  readonly recordBytes: number;
  readonly count: number;
  /** Bytes before the first record; default 0. */
  readonly offset?: number;
}

/**
 * Looks at a file of records.
 * @returns undefined where there is no such file
 * @throws {DataError} when it is empty or ends within a record
 */
export async function findRecordFile(path: string, recordBytes: number): Promise<RecordFile | undefined> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw new DataError(`${path}: cannot be read: ${error.message}`, { cause: error });
  });
  if (!found) return undefined;
  if (found.size === 0 || found.size % recordBytes !== 0) {
    throw new DataError(
      `${path}: received ${found.size} bytes, valid: a multiple of ${recordBytes} above 0; it is damaged or was cut short`,
    );
  }
  return { path, recordBytes, count: found.size / recordBytes };
}

interface OpenFile {
  readonly file: RecordFile;
  readonly handle: FileHandle;
}

/** Files of records read as one list, at random and without loading them. */
export class RecordReader {
  readonly count: number;
  readonly recordBytes: number;
  readonly #files: readonly OpenFile[];

  private constructor(files: readonly OpenFile[]) {
    this.#files = files;
    this.count = files.reduce((sum, { file }) => sum + file.count, 0);
    this.recordBytes = files[0]!.file.recordBytes;
  }

  /** @throws {DataError} when a file cannot be opened */
  static async open(files: readonly RecordFile[]): Promise<RecordReader> {
    const opened: OpenFile[] = [];
    try {
      for (const file of files) opened.push({ file, handle: await open(file.path, 'r') });
    } catch (cause) {
      await Promise.all(opened.map(({ handle }) => handle.close()));
      throw new DataError(`data cannot be opened: ${(cause as Error).message}`, { cause });
    }
    return new RecordReader(opened);
  }

  /**
   * The records at these indices, in this order.
   * @throws {DataError} on an index outside 0 to count - 1, or a file that has become shorter
   */
  async read(indices: ArrayLike<number>): Promise<Uint8Array> {
    const bytes = this.recordBytes;
    const records = new Uint8Array(indices.length * bytes);
    for (let start = 0; start < indices.length; start += READS_AT_ONCE) {
      const part = Array.from(
        { length: Math.min(READS_AT_ONCE, indices.length - start) },
        (_, i) => start + i,
      );
      await Promise.all(
        part.map((i) => this.#fill(records.subarray(i * bytes, (i + 1) * bytes), indices[i]!)),
      );
    }
    return records;
  }

  async close(): Promise<void> {
    await Promise.all(this.#files.map(({ handle }) => handle.close()));
  }

  async #fill(record: Uint8Array, index: number): Promise<void> {
    if (!(Number.isInteger(index) && index >= 0 && index < this.count)) {
      throw new DataError(`image index: received ${index}, valid: 0 to ${this.count - 1}`);
    }
    let within = index;
    for (const { file, handle } of this.#files) {
      if (within >= file.count) {
        within -= file.count;
        continue;
      }
      const { bytesRead } = await handle.read(
        record,
        0,
        record.length,
        (file.offset ?? 0) + within * this.recordBytes,
      );
      if (bytesRead < record.length)
        throw new DataError(`${file.path}: cut short: no whole record ${within}`);
      return;
    }
  }
}

const READS_AT_ONCE = 64;
