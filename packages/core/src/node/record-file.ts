import { open, stat, type FileHandle } from 'node:fs/promises';
import { checkIndices } from '../check-indices.ts';
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
    checkIndices(indices, this.count);
    const bytes = this.recordBytes;
    const records = new Uint8Array(indices.length * bytes);
    const reads: Promise<void>[] = [];
    for (let i = 0; i < indices.length;) {
      const first = indices[i]!;
      const { open, within } = this.#find(first);
      // Neighbours in a file are read at once.
      const most = Math.min(indices.length - i, open.file.count - within);
      let run = 1;
      while (run < most && indices[i + run] === first + run) run++;
      reads.push(fill(open, within, records.subarray(i * bytes, (i + run) * bytes)));
      i += run;
      if (reads.length === READS_AT_ONCE) await Promise.all(reads.splice(0));
    }
    await Promise.all(reads);
    return records;
  }

  async close(): Promise<void> {
    await Promise.all(this.#files.map(({ handle }) => handle.close()));
  }

  /** The file that has a record, and which of its records it is. */
  #find(index: number): { readonly open: OpenFile; readonly within: number } {
    let [at, within] = [0, index];
    while (within >= this.#files[at]!.file.count) within -= this.#files[at++]!.file.count;
    return { open: this.#files[at]!, within };
  }
}

/** Reads neighbouring records of a file, from the record `first` on. */
async function fill({ file, handle }: OpenFile, first: number, records: Uint8Array): Promise<void> {
  const { path, recordBytes, offset = 0 } = file;
  const { bytesRead } = await handle.read(records, 0, records.length, offset + first * recordBytes);
  if (bytesRead === records.length) return;
  throw new DataError(`${path}: cut short: no whole record ${first + Math.floor(bytesRead / recordBytes)}`);
}

const READS_AT_ONCE = 64;
