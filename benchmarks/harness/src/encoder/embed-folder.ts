import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DataError, NonFiniteError, imageSize, imagesToTensor, throwIfAborted } from '@paretrain/core';
import { embeddingsFile, embeddingsFormat } from '@paretrain/export';
import { writeWhole } from '@paretrain/store';
import * as tf from '@tensorflow/tfjs';
import { PartialEmbeddings, type EmbeddedBatch, type SkippedImage } from './partial-embeddings.ts';
import type { RunEncoder } from './run-encoder.ts';

export interface EmbedFolderOptions {
  readonly encoder: RunEncoder;
  /** Tells the encoder from others. */
  readonly checksum: string;
  /** Its images and those of its sub-folders are embedded, in the order of their names. */
  readonly folder: string;
  /** File to write; its ending says what: .npy, .csv or .parquet. */
  readonly out: string;
  /** Images read and encoded at a time. */
  readonly batchSize: number;
  readonly signal: AbortSignal;
  /** After every batch; `before` of the images were done by an earlier try. */
  readonly onProgress: (progress: {
    readonly done: number;
    readonly before: number;
    readonly total: number;
  }) => void;
  readonly onSkipped: (skipped: SkippedImage) => void;
}

export interface EmbeddedFolder {
  /** Names of the images, one for each row. */
  readonly files: readonly string[];
  /** All that were left out, by earlier tries too. */
  readonly skipped: readonly SkippedImage[];
  readonly size: number;
  /** File with the names, where the embeddings' own has none. */
  readonly names: string | null;
}

/**
 * Embeds a folder of images. What is done is kept in `<out>.partial`, so that the same call goes on where an earlier one was stopped; the
 * file appears when it is whole. An image that cannot be read is left out and named.
 * @throws {DataError} where there are no images or none can be read
 * @throws {AbortedError} when stopped; what is done stays
 */
export async function embedFolder(options: EmbedFolderOptions): Promise<EmbeddedFolder> {
  const { encoder, folder, out, batchSize, signal, onProgress, onSkipped } = options;
  const format = embeddingsFormat(out);
  const { imageFiles } = await import('@paretrain/dataset-image-folder');
  const files = imageFiles(folder);
  const { size } = encoder;
  const partial = await PartialEmbeddings.open(`${out}.partial`, identityOf(options, files), size);
  try {
    const before = partial.done;
    partial.skipped.forEach(onSkipped);
    for (let start = before; start < files.length; start += batchSize) {
      throwIfAborted(signal);
      const batch = await embedBatch(encoder, folder, files.slice(start, start + batchSize));
      await partial.append(batch);
      batch.skipped.forEach(onSkipped);
      onProgress({ done: partial.done, before, total: files.length });
    }
  } finally {
    await partial.close();
  }
  const { files: embedded, skipped } = partial;
  if (embedded.length === 0) {
    await partial.remove();
    throw new DataError(
      `${folder}: none of ${files.length} images can be read; the first, ${skipped[0]!.file}: ${skipped[0]!.reason}`,
    );
  }
  // Names first: where there is a file of embeddings, they are there too.
  const names = format === 'npy' ? `${out.slice(0, -'.npy'.length)}.files.json` : null;
  if (names) await writeWhole(names, `${JSON.stringify(embedded, null, 0)}\n`);
  const table = { files: embedded, size, values: await partial.values() };
  await writeWhole(out, await embeddingsFile(table, format));
  await partial.remove();
  return { files: embedded, skipped, size, names };
}

/** Changes whenever the result may be another: the encoder, or a file's name, size or time of change. */
function identityOf({ checksum, folder }: EmbedFolderOptions, files: readonly string[]): string {
  const hash = createHash('sha256').update(checksum);
  for (const file of files) {
    const { size, mtimeMs } = statSync(join(folder, file));
    hash.update(JSON.stringify([file, size, mtimeMs]));
  }
  return hash.digest('hex');
}

async function embedBatch(
  { preparer, size, encode }: RunEncoder,
  folder: string,
  batch: readonly string[],
): Promise<EmbeddedBatch> {
  const prepared = await Promise.allSettled(batch.map((file) => preparer.prepare(join(folder, file))));
  const pixels: Uint8Array[] = [];
  const files: string[] = [];
  const skipped: SkippedImage[] = [];
  prepared.forEach((result, i) => {
    const file = batch[i]!;
    if (result.status === 'fulfilled') {
      pixels.push(result.value);
      files.push(file);
    } else {
      skipped.push({ file, reason: oneLine(result.reason) });
    }
  });
  if (files.length === 0) return { files, values: new Float32Array(0), skipped };
  const bytes = new Uint8Array(files.length * imageSize(preparer.image));
  pixels.forEach((image, i) => bytes.set(image, i * image.length));
  const embeddings = tf.tidy(() => encode(imagesToTensor(bytes, preparer.image)));
  const values = (await embeddings.data()) as Float32Array;
  embeddings.dispose();
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) throw new NonFiniteError(`embedding of ${files[Math.floor(at / size)]} holds ${values[at]}`);
  return { files, values, skipped };
}

function oneLine(reason: unknown): string {
  return (reason instanceof Error ? reason.message : String(reason)).replace(/\s+/g, ' ').trim();
}
