import { mkdir, open, readFile, rm, stat, truncate, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '@paretrain/core';
import { z } from 'zod';

/** An image that could not be read, and why. */
export interface SkippedImage {
  readonly file: string;
  readonly reason: string;
}

/** What came of a batch of images. */
export interface EmbeddedBatch {
  /** Those that were embedded. */
  readonly files: readonly string[];
  /** files x size */
  readonly values: Float32Array;
  readonly skipped: readonly SkippedImage[];
}

const line = z.object({
  files: z.array(z.string()),
  skipped: z.array(z.object({ file: z.string(), reason: z.string() })),
});

/**
 * Embeddings that are not whole yet, in a folder of their own: what they are of, the values, and a line for each batch that is done. A
 * batch counts when its line is complete, so that a kill loses no more than the batch under way.
 */
export class PartialEmbeddings {
  readonly files: string[] = [];
  readonly skipped: SkippedImage[] = [];
  readonly #directory: string;
  readonly #size: number;
  #values!: FileHandle;
  #lines!: FileHandle;

  private constructor(directory: string, size: number) {
    this.#directory = directory;
    this.#size = size;
  }

  /**
   * Goes on with what the folder holds, or begins anew where that is of other images or of another encoder.
   * @param identity of the images and the encoder
   * @param size numbers of an embedding
   */
  static async open(directory: string, identity: string, size: number): Promise<PartialEmbeddings> {
    const partial = new PartialEmbeddings(directory, size);
    const identityPath = join(directory, 'identity');
    if ((await readFile(identityPath, 'utf8').catch(() => null)) !== identity) {
      await rm(directory, { recursive: true, force: true });
      await mkdir(directory, { recursive: true });
      await writeFile(identityPath, identity);
    }
    await partial.#load();
    partial.#values = await open(partial.#valuesPath, 'a');
    partial.#lines = await open(partial.#linesPath, 'a');
    return partial;
  }

  /** Images that need not be looked at again. */
  get done(): number {
    return this.files.length + this.skipped.length;
  }

  async append({ files, values, skipped }: EmbeddedBatch): Promise<void> {
    await this.#values.appendFile(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    await this.#lines.appendFile(`${JSON.stringify({ files, skipped })}\n`);
    this.files.push(...files);
    this.skipped.push(...skipped);
  }

  /** All values, files x size. */
  async values(): Promise<Float32Array> {
    const bytes = await readFile(this.#valuesPath);
    return new Float32Array(new Uint8Array(bytes).buffer);
  }

  close(): Promise<unknown> {
    return Promise.all([this.#values.close(), this.#lines.close()]);
  }

  /** Removes the folder, once what it holds is somewhere else. */
  remove(): Promise<void> {
    return rm(this.#directory, { recursive: true, force: true });
  }

  get #valuesPath(): string {
    return join(this.#directory, 'values.f32');
  }

  get #linesPath(): string {
    return join(this.#directory, 'done.jsonl');
  }

  /** Reads the complete lines and cuts off what is behind them. */
  async #load(): Promise<void> {
    const text = await readFile(this.#linesPath, 'utf8').catch(() => '');
    const complete = text.slice(0, text.lastIndexOf('\n') + 1);
    for (const each of complete.split('\n').slice(0, -1)) {
      const { files, skipped } = line.parse(JSON.parse(each));
      this.files.push(...files);
      this.skipped.push(...skipped);
    }
    if (text === '') return void (await writeFile(this.#valuesPath, ''));
    await truncate(this.#linesPath, Buffer.byteLength(complete));
    const bytes = this.files.length * this.#size * Float32Array.BYTES_PER_ELEMENT;
    const { size } = await stat(this.#valuesPath);
    if (size < bytes) {
      throw new DataError(
        `${this.#directory}: holds ${size} bytes of values, its lines say ${bytes}; remove the folder and give the command again`,
      );
    }
    await truncate(this.#valuesPath, bytes);
  }
}
