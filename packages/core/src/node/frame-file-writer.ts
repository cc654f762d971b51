import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DataError } from '../errors.ts';
import { FRAME_FILE, encodeHead, headerText, type FrameFileHeader } from './frame-file-format.ts';

const TEMPORARY = '.writing';

/**
 * Writes a frame file as frames come, whole or not at all: into a temporary file beside it, renamed by {@link finish}.
 * Memory holds one chunk of frames and the targets.
 */
export class FrameFileWriter {
  readonly path: string;
  readonly #temporary: string;
  readonly #file: FileHandle;
  readonly #hash = createHash('sha256');
  readonly #targets: Buffer[] = [];
  #position: number = FRAME_FILE.dataOffset;
  #count = 0;

  private constructor(path: string, temporary: string, file: FileHandle) {
    this.path = path;
    this.#temporary = temporary;
    this.#file = file;
  }

  /** @throws {DataError} when the folder cannot be written */
  static async create(path: string): Promise<FrameFileWriter> {
    const temporary = `${path}.${process.pid}-${randomUUID().slice(0, 8)}${TEMPORARY}`;
    return named(path, async () => {
      await mkdir(dirname(path), { recursive: true });
      return new FrameFileWriter(path, temporary, await open(temporary, 'wx'));
    });
  }

  /** Frames written so far. */
  get count(): number {
    return this.#count;
  }

  /**
   * Appends frames.
   * @param frames bytes, NHWC
   * @param targets as many rows of targets
   */
  async append(frames: Uint8Array, targets: Float32Array, count: number): Promise<void> {
    this.#hash.update(frames);
    this.#targets.push(littleEndian(targets));
    await this.#write(frames);
    this.#count += count;
  }

  /** Writes targets and head, and puts the file in its place. */
  async finish(shape: Omit<FrameFileHeader, 'count'>): Promise<{ header: FrameFileHeader; digest: string }> {
    const header: FrameFileHeader = { ...shape, count: this.#count };
    const targets = Buffer.concat(this.#targets);
    await this.#write(targets);
    const digest = this.#hash.update(targets).update(headerText(header)).digest();
    await named(this.path, async () => {
      await this.#file.write(encodeHead(header, digest), 0, FRAME_FILE.dataOffset, 0);
      await this.#file.sync();
      await this.#file.close();
      await rename(this.#temporary, this.path);
    });
    return { header, digest: digest.toString('hex') };
  }

  /** Gives up: removes the temporary file. */
  async discard(): Promise<void> {
    await this.#file.close().catch(() => undefined);
    await rm(this.#temporary, { force: true });
  }

  async #write(bytes: Uint8Array): Promise<void> {
    await named(this.path, async () => {
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await this.#file.write(bytes, done, bytes.length - done, this.#position);
        done += bytesWritten;
        this.#position += bytesWritten;
      }
    });
  }
}

/** Removes what killed processes left of this file; only with its lock held. */
export async function removeAbandoned(path: string): Promise<void> {
  const start = `${basename(path)}.`;
  for (const name of await readdir(dirname(path))) {
    if (name.startsWith(start) && name.endsWith(TEMPORARY))
      await rm(join(dirname(path), name), { force: true });
  }
}

/** The bytes of float32 numbers, little-endian on every machine. */
function littleEndian(numbers: Float32Array): Buffer {
  const bytes = Buffer.alloc(numbers.length * Float32Array.BYTES_PER_ELEMENT);
  numbers.forEach((number, i) => bytes.writeFloatLE(number, i * Float32Array.BYTES_PER_ELEMENT));
  return bytes;
}

async function named<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throw new DataError(`frame file ${path}: cannot be written: ${(cause as Error).message}`, { cause });
  }
}
