import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createInflate } from 'node:zlib';
import { DataError } from '@paretrain/core';
import { ByteQueue } from './byte-queue.ts';

/** Types of the numbers in a file, by their code; size in bytes. */
const NUMBER_TYPES = {
  1: { name: 'int8', bytes: 1 },
  2: { name: 'uint8', bytes: 1 },
  3: { name: 'int16', bytes: 2 },
  4: { name: 'uint16', bytes: 2 },
  5: { name: 'int32', bytes: 4 },
  6: { name: 'uint32', bytes: 4 },
  7: { name: 'single', bytes: 4 },
  9: { name: 'double', bytes: 8 },
} as const;
type NumberTypeCode = keyof typeof NUMBER_TYPES;
/** How the numbers of an array are stored, which may be narrower than the array's class. */
export type MatNumberType = (typeof NUMBER_TYPES)[NumberTypeCode]['name'];

const INT8 = 1;
const INT32 = 5;
const UINT32 = 6;
const MATRIX = 14;
const COMPRESSED = 15;
/** Classes of arrays that hold real numbers: double, single, and integers of 8 to 64 bits. */
const NUMERIC_CLASSES = { first: 6, last: 15 };
const COMPLEX = 0x0800;

const HEADER_BYTES = 128;
const MOST_DIMENSIONS = 32;
const MOST_NAME_BYTES = 256;
/** Deflate makes data at most 1032 times smaller; what claims to be larger is damaged. */
const MOST_INFLATION = 1032;

/** A numeric array of a MAT file; its numbers lie column by column: the first index changes fastest. */
export interface MatArray {
  readonly name: string;
  readonly dimensions: readonly number[];
  readonly numbers: MatNumberType;
  /** Bytes of all numbers: their count times {@link bytesPerNumber}. */
  readonly bytes: number;
  readonly bytesPerNumber: number;
  /** Where the numbers lie in the file; undefined where they are compressed. */
  readonly position: number | undefined;
  /**
   * The numbers' bytes, little-endian, in pieces; memory holds one of them.
   * @throws {DataError} where they are damaged or end early
   */
  chunks(): AsyncIterable<Uint8Array>;
}

/**
 * The numeric arrays of a MAT file of level 5 (MATLAB 5 to 7.2, SciPy), compressed or not. Only their heads are read; arrays of text,
 * cells, structures and sparse or complex arrays are passed over. Memory and time are bounded by the file's size, whatever it claims.
 * @throws {DataError} for files of another format, and for damaged ones
 */
export async function readMatFile(path: string): Promise<MatArray[]> {
  const file = await open(path, 'r').catch((cause: NodeJS.ErrnoException) => {
    throw new DataError(`${path}: cannot be read: ${cause.message}`, { cause });
  });
  try {
    const { size } = await file.stat();
    await checkHeader(file, size, path);
    const arrays: MatArray[] = [];
    for (let position = HEADER_BYTES; position < size;) {
      const tag = await readTag(file, position, path);
      const end = position + 8 + tag.bytes;
      if (end > size) {
        throw damaged(path, `the array at byte ${position} has ${tag.bytes} bytes, the file ends at ${size}`);
      }
      const array = await readArray(path, tag.type, position, end);
      if (array) arrays.push(array);
      position = end;
    }
    return arrays;
  } finally {
    await file.close();
  }
}

function damaged(path: string, what: string, cause?: unknown): DataError {
  return new DataError(`${path}: damaged MAT file: ${what}`, cause === undefined ? {} : { cause });
}

async function checkHeader(file: FileHandle, size: number, path: string): Promise<void> {
  const header = Buffer.alloc(HEADER_BYTES);
  const { bytesRead } = await file.read(header, 0, HEADER_BYTES, 0);
  if (bytesRead < HEADER_BYTES) {
    throw new DataError(
      `${path}: not a MAT file: received ${size} bytes, its header alone has ${HEADER_BYTES}`,
    );
  }
  const endian = header.toString('latin1', 126, 128);
  if (endian !== 'IM') {
    const why = endian === 'MI' ? 'big-endian' : `marked ${JSON.stringify(endian)}`;
    throw new DataError(`${path}: not a readable MAT file: ${why}, valid: level 5, little-endian`);
  }
  const version = header.readUInt16LE(124);
  if (version !== 0x0100) {
    const what = version === 0x0200 ? '7.3 (HDF5)' : `0x${version.toString(16).padStart(4, '0')}`;
    throw new DataError(`${path}: MAT file of version ${what}, valid: level 5 (save it with '-v7' or '-v6')`);
  }
}

interface Tag {
  readonly type: number;
  readonly bytes: number;
}

async function readTag(file: FileHandle, position: number, path: string): Promise<Tag> {
  const tag = Buffer.alloc(8);
  const { bytesRead } = await file.read(tag, 0, 8, position);
  if (bytesRead < 8) throw damaged(path, `it ends within the tag at byte ${position}`);
  return { type: tag.readUInt32LE(0), bytes: tag.readUInt32LE(4) };
}

/** Undefined for arrays that are passed over. */
async function readArray(
  path: string,
  type: number,
  position: number,
  end: number,
): Promise<MatArray | undefined> {
  if (type !== MATRIX && type !== COMPRESSED) {
    throw damaged(path, `element of type ${type} at byte ${position}, valid: ${MATRIX} or ${COMPRESSED}`);
  }
  const compressed = type === COMPRESSED;
  if (end - position <= 8) throw damaged(path, `the array at byte ${position} is empty`);
  const start = compressed ? position + 8 : position;
  const source = () => byteStream(path, start, end, compressed);
  const most = compressed ? (end - start) * MOST_INFLATION : end - start;
  const head = await readHead(new ByteQueue(source()), path, most);
  if (!head) return undefined;
  const { name, dimensions, type: numbers, bytes, headBytes } = head;
  return {
    name,
    dimensions,
    numbers: numbers.name,
    bytes,
    bytesPerNumber: numbers.bytes,
    position: compressed ? undefined : start + headBytes,
    async *chunks() {
      const queue = new ByteQueue(source());
      try {
        await take(queue, headBytes, path);
        for (let left = bytes; left > 0;) {
          const chunk = await readPiece(queue, left, path);
          if (!chunk) throw damaged(path, `array '${name}' ends ${left} bytes early`);
          left -= chunk.length;
          yield chunk;
        }
      } finally {
        await queue.close();
      }
    },
  };
}

interface ArrayHead {
  readonly name: string;
  readonly dimensions: readonly number[];
  readonly type: (typeof NUMBER_TYPES)[NumberTypeCode];
  readonly bytes: number;
  /** Bytes of the element before its numbers. */
  readonly headBytes: number;
}

/** @param most bytes that the element can have */
async function readHead(queue: ByteQueue, path: string, most: number): Promise<ArrayHead | undefined> {
  let headBytes = 0;
  const next = async (count: number): Promise<Buffer> => {
    const bytes = await take(queue, count, path);
    headBytes += count;
    return bytes;
  };
  /** The start of a part: its type and size, and its content where it lies in the tag itself. */
  const part = async (): Promise<Tag & { readonly inline?: Buffer }> => {
    const tag = await next(8);
    const first = tag.readUInt32LE(0);
    const small = first >>> 16;
    if (small === 0) return { type: first, bytes: tag.readUInt32LE(4) };
    if (small > 4) throw damaged(path, `a part of ${small} bytes within a tag, valid: at most 4`);
    return { type: first & 0xffff, bytes: small, inline: tag.subarray(4, 4 + small) };
  };
  const wholePart = async (what: string, type: number, mostBytes: number): Promise<Buffer> => {
    const found = await part();
    if (found.type !== type || found.bytes > mostBytes) {
      throw damaged(
        path,
        `${what}: received type ${found.type} with ${found.bytes} bytes, valid: type ${type} with at most ${mostBytes}`,
      );
    }
    return found.inline ?? (await next(Math.ceil(found.bytes / 8) * 8)).subarray(0, found.bytes);
  };
  try {
    const outer = await next(8);
    if (outer.readUInt32LE(0) !== MATRIX) throw damaged(path, 'what is compressed is no array');
    const flags = await wholePart('array flags', UINT32, 8);
    if (flags.length < 8) throw damaged(path, `array flags: received ${flags.length} bytes, valid: 8`);
    const arrayClass = flags[0]!;
    const sizes = await wholePart('dimensions', INT32, 4 * MOST_DIMENSIONS);
    const dimensions = Array.from({ length: sizes.length >> 2 }, (_, i) => sizes.readInt32LE(4 * i));
    const name = (await wholePart('name', INT8, MOST_NAME_BYTES)).toString('latin1');
    const numeric = arrayClass >= NUMERIC_CLASSES.first && arrayClass <= NUMERIC_CLASSES.last;
    if (!numeric || (flags.readUInt32LE(0) & COMPLEX) !== 0) return undefined;
    const values = await part();
    const type = NUMBER_TYPES[values.type as NumberTypeCode] as ArrayHead['type'] | undefined;
    // Integers of 64 bits, which no data set has.
    if (!type) return undefined;
    if (values.inline) headBytes -= 4;
    const count = dimensions.reduce((product, length) => product * length, 1);
    if (dimensions.some((length) => length < 0) || values.bytes !== count * type.bytes) {
      throw damaged(
        path,
        `array '${name}' of ${dimensions.join('x')} ${type.name} has ${values.bytes} bytes of numbers`,
      );
    }
    if (headBytes + values.bytes > most) {
      throw damaged(path, `array '${name}' claims ${values.bytes} bytes, more than the file can hold`);
    }
    return { name, dimensions, type, bytes: values.bytes, headBytes };
  } finally {
    await queue.close();
  }
}

/** Part of the file, inflated where it is compressed. */
function byteStream(path: string, start: number, end: number, compressed: boolean): AsyncIterable<Buffer> {
  const file = createReadStream(path, { start, end: end - 1, highWaterMark: 2 ** 18 });
  if (!compressed) return file;
  // An error of the file ends the inflation, which throws it.
  return pipeline(file, createInflate({ chunkSize: 2 ** 18 }), () => undefined);
}

async function take(queue: ByteQueue, count: number, path: string): Promise<Buffer> {
  const bytes = await rethrow(path, () => queue.take(count));
  if (!bytes) throw damaged(path, 'an array ends within its head');
  return bytes;
}

function readPiece(queue: ByteQueue, most: number, path: string): Promise<Buffer | undefined> {
  return rethrow(path, () => queue.next(most));
}

async function rethrow<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    throw damaged(path, (cause as Error).message, cause);
  }
}
