import { DataError } from '@paretrain/core';

/** What an idx file holds: bytes, in the order of its dimensions. */
export interface IdxArray {
  readonly dimensions: readonly number[];
  /** A view of the file's own bytes. */
  readonly data: Uint8Array;
}

/** The only type of number in MNIST's files: unsigned bytes. */
const UNSIGNED_BYTE = 0x08;
const MAGIC_BYTES = 4;
const DIMENSION_BYTES = 4;

/**
 * Reads an idx file of bytes (http://yann.lecun.com/exdb/mnist): two zero bytes, the type, the number of dimensions, their
 * big-endian sizes, and the data. Nothing is copied.
 * @param path named in errors
 * @throws {DataError} when it is no such file, or longer or shorter than it says
 */
export function parseIdx(file: Uint8Array, path: string): IdxArray {
  const fail = (received: string, valid: string): never => {
    throw new DataError(
      `${path}: received ${received}, valid: ${valid}; it is damaged or another kind of file`,
    );
  };
  if (file.length < MAGIC_BYTES) fail(`${file.length} bytes`, `at least ${MAGIC_BYTES}`);
  const [first, second, type, count] = file as unknown as [number, number, number, number];
  if (first !== 0 || second !== 0 || type !== UNSIGNED_BYTE) {
    const hex = Buffer.from(file.subarray(0, MAGIC_BYTES)).toString('hex');
    fail(`${hex} at the beginning`, '0000 08 and the number of dimensions: an idx file of bytes');
  }
  const header = MAGIC_BYTES + count * DIMENSION_BYTES;
  if (file.length < header) fail(`${file.length} bytes`, `at least ${header} for ${count} dimensions`);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const dimensions = Array.from({ length: count }, (_, i) =>
    view.getUint32(MAGIC_BYTES + i * DIMENSION_BYTES),
  );
  const size = dimensions.reduce((product, dimension) => product * dimension, 1);
  const data = file.subarray(header);
  if (data.length !== size) {
    fail(`${data.length} bytes of data`, `${size} for dimensions ${dimensions.join(' x ') || 'none'}`);
  }
  return { dimensions, data };
}
