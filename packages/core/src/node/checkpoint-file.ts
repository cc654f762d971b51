import { createHash } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { DataError } from '../errors.ts';
import type { Checkpoint } from '../training/checkpoint.ts';

/*
 * A checkpoint file, little-endian:
 *   8 bytes   "PTCKPT1\n"
 *   4 bytes   length of the header
 *   header    JSON: the checkpoint without its arrays, and [{ key, length }] for them
 *   arrays    float32, one after the other
 *   32 bytes  SHA-256 of everything before
 */
const MAGIC = Buffer.from('PTCKPT1\n', 'latin1');
const DIGEST_BYTES = 32;

interface Header {
  readonly checkpoint: Omit<Checkpoint, 'arrays'>;
  readonly arrays: readonly { readonly key: string; readonly length: number }[];
}

/** Writes a checkpoint whole or not at all: to a temporary file beside `path`, then renamed over it. */
export async function writeCheckpointFile(path: string, checkpoint: Checkpoint): Promise<void> {
  const { arrays, ...rest } = checkpoint;
  const entries = Object.entries(arrays);
  const header: Header = {
    checkpoint: rest,
    arrays: entries.map(([key, values]) => ({ key, length: values.length })),
  };
  const headerBytes = Buffer.from(JSON.stringify(header), 'utf8');
  const headerLength = Buffer.alloc(4);
  headerLength.writeUInt32LE(headerBytes.length);
  const parts = [
    MAGIC,
    headerLength,
    headerBytes,
    ...entries.map(([, values]) => Buffer.from(values.buffer, values.byteOffset, values.byteLength)),
  ];
  const digest = createHash('sha256');
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(temporary, 'w');
    try {
      for (const part of parts) {
        digest.update(part);
        if (part.length) await file.writeFile(part);
      }
      await file.writeFile(digest.digest());
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/**
 * Reads a checkpoint.
 * @returns null where there is no file
 * @throws {DataError} when the file is truncated, damaged or of another format
 */
export async function readCheckpointFile(path: string): Promise<Checkpoint | null> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  if (bytes.length < MAGIC.length + 4 + DIGEST_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw new DataError(`checkpoint ${path}: not a checkpoint file, or cut short at ${bytes.length} bytes`);
  }
  const content = bytes.subarray(0, bytes.length - DIGEST_BYTES);
  const digest = createHash('sha256').update(content).digest();
  if (!digest.equals(bytes.subarray(bytes.length - DIGEST_BYTES))) {
    throw new DataError(`checkpoint ${path}: its SHA-256 does not match; it is damaged or was cut short`);
  }
  const headerEnd = MAGIC.length + 4 + content.readUInt32LE(MAGIC.length);
  const header = JSON.parse(content.toString('utf8', MAGIC.length + 4, headerEnd)) as Header;
  const arrays: Record<string, Float32Array> = {};
  let at = headerEnd;
  for (const { key, length } of header.arrays) {
    // Copied, because a view must start at a multiple of four bytes.
    arrays[key] = new Float32Array(
      content.buffer.slice(content.byteOffset + at, content.byteOffset + at + 4 * length),
    );
    at += 4 * length;
  }
  return { ...header.checkpoint, arrays };
}
