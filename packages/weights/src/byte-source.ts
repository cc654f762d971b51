import { WeightFileError } from './weight-file-error.ts';

/** Where bytes are read from piece by piece: a file, an address, memory. */
export interface ByteSource {
  /** Bytes in all. */
  readonly size: number;
  /**
   * @param offset from 0
   * @param length offset + length is at most `size`
   * @returns exactly `length` bytes
   */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** Bytes in memory as a source; what is read are views of them. */
export function memoryByteSource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
  };
}

/**
 * Reads a range that a file's own content asks for, so nothing beyond the file's size is ever asked for or allocated.
 * @param what is read, for the message
 * @throws {WeightFileError} where the range does not lie inside the source
 */
export async function readRange(
  source: ByteSource,
  offset: number,
  length: number,
  what: string,
): Promise<Uint8Array> {
  const valid = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
  if (!valid || offset + length > source.size) {
    throw new WeightFileError(
      `${what}: ${length} bytes from byte ${offset} on do not lie inside the file of ${source.size} bytes; truncated or damaged`,
    );
  }
  const bytes = await source.read(offset, length);
  if (bytes.length !== length) {
    throw new WeightFileError(`${what}: received ${bytes.length} bytes, expected ${length}`);
  }
  return bytes;
}
