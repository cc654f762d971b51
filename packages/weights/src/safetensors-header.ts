import { SafetensorsError } from './safetensors-error.ts';
import { DTYPE_BYTES, type WeightDtype } from './weight-dtype.ts';

/** Where one tensor lies in a file. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: WeightDtype;
  readonly shape: readonly number[];
  /** Byte offsets from the beginning of the data, which follows the header. */
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  readonly entries: readonly TensorEntry[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Byte offset of the data in the file. */
  readonly dataStart: number;
}

/** The reference implementation's limit. */
const MAX_HEADER_BYTES = 100_000_000;

/**
 * Bytes of JSON that follow the first eight, which say so.
 * @param fileBytes size of the whole file
 * @throws {SafetensorsError} where that is more than a header may have or than the file holds
 */
export function readHeaderLength(bytes: Uint8Array, fileBytes: number): number {
  if (bytes.length < 8) {
    throw new SafetensorsError(
      `received ${bytes.length} bytes, a file has at least the 8 of the header's length`,
    );
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER_BYTES)) {
    throw new SafetensorsError(`header of ${length} bytes, valid: at most ${MAX_HEADER_BYTES}`);
  }
  if (8 + Number(length) > fileBytes) {
    throw new SafetensorsError(
      `header of ${length} bytes is larger than the file of ${fileBytes} bytes; truncated or not safetensors`,
    );
  }
  return Number(length);
}

/**
 * Reads and checks the header: 8 bytes of little-endian length, then JSON.
 * @param bytes the file, or at least its header
 * @param fileBytes size of the whole file
 * @throws {SafetensorsError}
 */
export function readHeader(bytes: Uint8Array, fileBytes: number = bytes.length): Header {
  const dataStart = 8 + readHeaderLength(bytes, fileBytes);
  const json = parseHeader(bytes.subarray(8, dataStart));
  const metadata = readMetadata(json['__metadata__']);
  const entries = Object.entries(json)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => readEntry(name, value));
  checkLayout(entries, fileBytes - dataStart);
  return { entries, metadata, dataStart };
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let text: string;
  let json: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new SafetensorsError('the header is not UTF-8');
  }
  if (!text.startsWith('{')) throw new SafetensorsError("the header does not begin with '{'");
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new SafetensorsError(`the header is not JSON: ${(error as Error).message}`);
  }
  return json as Record<string, unknown>;
}

function readMetadata(value: unknown): Record<string, string> {
  if (value === undefined) return {};
  if (!isRecord(value) || Object.values(value).some((text) => typeof text !== 'string')) {
    throw new SafetensorsError("'__metadata__' is not an object of texts");
  }
  return value as Record<string, string>;
}

function readEntry(name: string, value: unknown): TensorEntry {
  if (!isRecord(value)) throw new SafetensorsError(`tensor '${name}': the header entry is not an object`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== 'string' || !Object.hasOwn(DTYPE_BYTES, dtype)) {
    const valid = Object.keys(DTYPE_BYTES).join(', ');
    throw new SafetensorsError(`tensor '${name}': dtype: received ${JSON.stringify(dtype)}, valid: ${valid}`);
  }
  if (!isNaturals(shape)) {
    throw new SafetensorsError(
      `tensor '${name}': shape: received ${JSON.stringify(shape)}, valid: integers from 0`,
    );
  }
  if (!isNaturals(offsets) || offsets.length !== 2) {
    throw new SafetensorsError(
      `tensor '${name}': data_offsets: received ${JSON.stringify(offsets)}, valid: two integers from 0`,
    );
  }
  const [begin, end] = offsets as [number, number];
  const size = elementCount(shape) * DTYPE_BYTES[dtype as WeightDtype];
  if (!Number.isSafeInteger(size) || end - begin !== size) {
    throw new SafetensorsError(
      `tensor '${name}': ${dtype} of shape [${shape.join(', ')}] takes ${size} bytes, its offsets hold ${end - begin}`,
    );
  }
  return { name, dtype: dtype as WeightDtype, shape, begin, end };
}

/** The format allows neither gaps nor overlaps, and the data ends with the file. */
function checkLayout(entries: readonly TensorEntry[], dataBytes: number): void {
  const sorted = [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end);
  let at = 0;
  let before = 'the header';
  for (const { name, begin, end } of sorted) {
    if (begin < at)
      throw new SafetensorsError(
        `tensor '${name}' begins at ${begin} and overlaps ${before}, which ends at ${at}`,
      );
    if (begin > at)
      throw new SafetensorsError(`tensor '${name}' begins at ${begin}, ${before} ends at ${at}: a gap`);
    at = end;
    before = `tensor '${name}'`;
  }
  if (at > dataBytes) {
    throw new SafetensorsError(
      `the header describes ${at} bytes of data, the file has ${dataBytes}: truncated`,
    );
  }
  if (at < dataBytes) {
    throw new SafetensorsError(
      `the header describes ${at} bytes of data, the file has ${dataBytes}: bytes left over`,
    );
  }
}

/** Number of elements of a shape: 1 for a scalar. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNaturals(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}
