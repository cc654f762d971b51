import { z } from 'zod';
import { DataError } from '../errors.ts';
import { describeIssues } from '../plugin.ts';

/**
 * Frame file, version 1; all numbers little-endian.
 *
 * | offset | bytes | what |
 * |---|---|---|
 * | 0 | 8 | magic, ASCII `PTFRAMES` |
 * | 8 | 4 | format version, uint32 |
 * | 12 | 4 | length L of the JSON text, uint32 |
 * | 16 | 32 | sha256 of frames, targets and JSON text, in this order |
 * | 48 | L | JSON text, UTF-8, see {@link FrameFileHeader}; zero bytes up to 4096 |
 * | 4096 | count x height x width x channels | frames, uint8, NHWC |
 * | then | count x targetSize x 4 | targets, float32 |
 *
 * The file ends there: its size follows from the header, so that a truncated file is known as such without reading it.
 */
export const FRAME_FILE = {
  magic: 'PTFRAMES',
  version: 1,
  digestOffset: 16,
  jsonOffset: 48,
  dataOffset: 4096,
} as const;

const size = z.int().min(1);

const headerSchema = z.strictObject({
  /** Everything that decides the content: what made the file and with which options. */
  source: z.record(z.string(), z.unknown()),
  count: z.int().min(0),
  height: size,
  width: size,
  channels: size,
  targetSize: size,
});

/** The JSON text of a frame file. */
export type FrameFileHeader = z.infer<typeof headerSchema>;

/** Bytes of one frame. */
export function frameBytes(header: FrameFileHeader): number {
  return header.height * header.width * header.channels;
}

/** Where the targets start. */
export function targetsOffset(header: FrameFileHeader): number {
  return FRAME_FILE.dataOffset + header.count * frameBytes(header);
}

/** Size of the whole file in bytes. */
export function fileBytes(header: FrameFileHeader): number {
  return targetsOffset(header) + header.count * header.targetSize * Float32Array.BYTES_PER_ELEMENT;
}

/** The JSON text of a header, as hashed and stored. */
export function headerText(header: FrameFileHeader): Buffer {
  const text = Buffer.from(JSON.stringify(header), 'utf8');
  if (text.length > FRAME_FILE.dataOffset - FRAME_FILE.jsonOffset) {
    throw new DataError(`frame file header: received ${text.length} bytes of JSON, valid: at most 4048`);
  }
  return text;
}

/** The first 4096 bytes of a frame file. */
export function encodeHead(header: FrameFileHeader, digest: Buffer): Buffer {
  const text = headerText(header);
  const head = Buffer.alloc(FRAME_FILE.dataOffset);
  head.write(FRAME_FILE.magic, 0, 'ascii');
  head.writeUInt32LE(FRAME_FILE.version, 8);
  head.writeUInt32LE(text.length, 12);
  digest.copy(head, FRAME_FILE.digestOffset);
  text.copy(head, FRAME_FILE.jsonOffset);
  return head;
}

/** What {@link decodeHead} finds. */
export interface Head {
  readonly header: FrameFileHeader;
  /** The JSON text as stored, which the checksum covers. */
  readonly text: Buffer;
  /** sha256, hexadecimal. */
  readonly digest: string;
}

/** @throws {DataError} naming the file and what is wrong with its head */
export function decodeHead(head: Buffer, path: string): Head {
  const damaged = (what: string) => new DataError(`frame file ${path}: ${what}`);
  if (head.length < FRAME_FILE.dataOffset) {
    throw damaged(`truncated: received ${head.length} bytes, a head alone has ${FRAME_FILE.dataOffset}`);
  }
  const magic = head.toString('latin1', 0, 8);
  if (magic !== FRAME_FILE.magic) throw damaged(`not a frame file: it starts with ${JSON.stringify(magic)}`);
  const version = head.readUInt32LE(8);
  if (version !== FRAME_FILE.version)
    throw damaged(`format version ${version}, readable: ${FRAME_FILE.version}`);
  const end = FRAME_FILE.jsonOffset + head.readUInt32LE(12);
  const text = head.subarray(FRAME_FILE.jsonOffset, Math.min(end, FRAME_FILE.dataOffset));
  let json: unknown;
  try {
    json = JSON.parse(text.toString('utf8'));
  } catch (cause) {
    throw new DataError(`frame file ${path}: damaged header: not JSON`, { cause });
  }
  const parsed = headerSchema.safeParse(json);
  if (!parsed.success) throw damaged(`damaged header: ${describeIssues(parsed.error, json)}`);
  const digest = head.toString('hex', FRAME_FILE.digestOffset, FRAME_FILE.digestOffset + 32);
  return { header: parsed.data, text, digest };
}
