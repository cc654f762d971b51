import { createHash } from 'node:crypto';
import { open, readFile, rename, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { checkIndices } from '../check-indices.ts';
import type { ImageBatch, ImageSource } from '../dataset.ts';
import { DataError } from '../errors.ts';
import type { ImageShape } from '../image.ts';
import {
  FRAME_FILE,
  decodeHead,
  fileBytes,
  frameBytes,
  targetsOffset,
  type FrameFileHeader,
  type Head,
} from './frame-file-format.ts';

/** Frames and targets of a frame file, read at random from disk; memory holds the targets only. */
export class FrameFile implements ImageSource {
  readonly path: string;
  readonly header: FrameFileHeader;
  /** sha256 of the content, hexadecimal. */
  readonly digest: string;
  readonly image: ImageShape;
  readonly count: number;
  readonly targetSize: number;
  readonly #file: FileHandle;
  readonly #headText: Buffer;
  #targets: Float32Array | undefined;

  private constructor(path: string, file: FileHandle, { header, text, digest }: Head) {
    this.#headText = text;
    this.path = path;
    this.header = header;
    this.digest = digest;
    this.image = { height: header.height, width: header.width, channels: header.channels };
    this.count = header.count;
    this.targetSize = header.targetSize;
    this.#file = file;
  }

  /**
   * Opens a frame file and checks it: head and size always, the sha256 of its content when the file has not been checked
   * since it last changed. A passed check is remembered with size and time of change in `<path>.verified`.
   * @param options.full checks the content whatever is remembered
   * @throws {DataError} naming the file and what is wrong: missing, truncated, damaged, wrong checksum
   */
  static async open(path: string, options: { readonly full?: boolean } = {}): Promise<FrameFile> {
    let file: FileHandle;
    try {
      file = await open(path, 'r');
    } catch (cause) {
      throw new DataError(`frame file ${path}: cannot be read: ${(cause as Error).message}`, { cause });
    }
    try {
      const head = Buffer.alloc(FRAME_FILE.dataOffset);
      const { bytesRead } = await file.read(head, 0, head.length, 0);
      const frames = new FrameFile(path, file, decodeHead(head.subarray(0, bytesRead), path));
      await frames.#check(options.full ?? false);
      return frames;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async read(indices: ArrayLike<number>): Promise<ImageBatch> {
    const bytes = frameBytes(this.header);
    const images = new Uint8Array(indices.length * bytes);
    const targets = new Float32Array(indices.length * this.targetSize);
    const allTargets = (this.#targets ??= await this.#loadTargets());
    checkIndices(indices, this.count);
    const reads: Promise<void>[] = [];
    for (let i = 0; i < indices.length;) {
      const first = indices[i]!;
      let run = 1;
      while (i + run < indices.length && indices[i + run] === first + run) run++;
      reads.push(
        this.#fill(images.subarray(i * bytes, (i + run) * bytes), FRAME_FILE.dataOffset + first * bytes),
      );
      targets.set(
        allTargets.subarray(first * this.targetSize, (first + run) * this.targetSize),
        i * this.targetSize,
      );
      i += run;
      if (reads.length === READS_AT_ONCE) await Promise.all(reads.splice(0));
    }
    await Promise.all(reads);
    return { images, targets };
  }

  async readTargets(indices: ArrayLike<number>): Promise<Float32Array> {
    const all = (this.#targets ??= await this.#loadTargets());
    checkIndices(indices, this.count);
    const targets = new Float32Array(indices.length * this.targetSize);
    for (let i = 0; i < indices.length; i++) {
      const index = indices[i]!;
      targets.set(all.subarray(index * this.targetSize, (index + 1) * this.targetSize), i * this.targetSize);
    }
    return targets;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #check(full: boolean): Promise<void> {
    const { size, mtimeMs } = await this.#file.stat();
    const expected = fileBytes(this.header);
    if (size !== expected) {
      const what = size < expected ? 'truncated' : 'too long';
      throw new DataError(
        `frame file ${this.path}: ${what}: received ${size} bytes, its header says ${expected}`,
      );
    }
    const state = JSON.stringify({ digest: this.digest, size, mtimeMs });
    if (!full && (await readFile(verifiedPath(this.path), 'utf8').catch(() => '')) === state) return;
    const actual = await this.#contentDigest();
    if (actual !== this.digest) {
      await rm(verifiedPath(this.path), { force: true }).catch(() => undefined);
      throw new DataError(
        `frame file ${this.path}: wrong checksum: its content has sha256 ${actual}, its head says ${this.digest}`,
      );
    }
    await remember(this.path, state);
  }

  async #contentDigest(): Promise<string> {
    const hash = createHash('sha256');
    const chunk = new Uint8Array(Math.min(CHUNK, fileBytes(this.header)));
    const end = fileBytes(this.header);
    for (let position: number = FRAME_FILE.dataOffset; position < end;) {
      const part = chunk.subarray(0, Math.min(chunk.length, end - position));
      await this.#fill(part, position);
      hash.update(part);
      position += part.length;
    }
    return hash.update(this.#headText).digest('hex');
  }

  async #loadTargets(): Promise<Float32Array> {
    const bytes = Buffer.alloc(this.count * this.targetSize * Float32Array.BYTES_PER_ELEMENT);
    await this.#fill(bytes, targetsOffset(this.header));
    const offset = Float32Array.BYTES_PER_ELEMENT;
    return Float32Array.from({ length: this.count * this.targetSize }, (_, i) =>
      bytes.readFloatLE(i * offset),
    );
  }

  async #fill(target: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < target.length;) {
      const { bytesRead } = await this.#file.read(target, done, target.length - done, position + done);
      if (bytesRead === 0) {
        throw new DataError(`frame file ${this.path}: truncated: it ended at byte ${position + done}`);
      }
      done += bytesRead;
    }
  }
}

const READS_AT_ONCE = 64;
const CHUNK = 4 * 2 ** 20;

function verifiedPath(path: string): string {
  return `${path}.verified`;
}

/** A folder that cannot be written costs another check next time, nothing else. */
async function remember(path: string, state: string): Promise<void> {
  const temporary = `${verifiedPath(path)}.${process.pid}`;
  try {
    await writeFile(temporary, state);
    await rename(temporary, verifiedPath(path));
  } catch {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}
