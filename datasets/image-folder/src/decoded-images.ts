import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError, throwIfAborted, type DatasetContext } from '@paretrain/core';
import { FrameFileWriter, cachedFrameFile, type FrameFile } from '@paretrain/core/node';
import { decodeImage } from './decode-image.ts';
import type { Listing } from './listing.ts';
import type { ImageFolderOptions } from './options.ts';

/** Changes whenever the same files give other images. */
export const DECODER_VERSION = '1.0.0';
const IMAGES_AT_ONCE = 32;

/** Images of the folder that could not be read, and why. */
interface Skipped {
  readonly file: string;
  readonly reason: string;
}

/**
 * The folder's images, decoded and resized once into a frame file of the cache, which is made anew when a file's name, size or time of
 * change does. Damaged images are left out: each is named in the progress and in `<frame file>.skipped.json`.
 * @returns the frame file, open
 * @throws {DataError} when no image can be read, or the cache cannot be written
 */
export async function decodedImages(
  folder: string,
  listing: Listing,
  context: DatasetContext<ImageFolderOptions>,
): Promise<FrameFile> {
  const { options, signal, onProgress, cacheDirectory } = context;
  const total = listing.images.length;
  const report = (phase: string, done: number) =>
    onProgress?.({ phase: `image-folder: ${phase}`, done, total, unit: 'images' });
  const path = join(cacheDirectory, 'image-folder', `${keyOf(folder, listing, options)}.frames`);
  const file = await cachedFrameFile(path, {
    make: () => decodeAll(path, folder, listing, options, signal, report),
    onWait: () => report('wait for another process to read the images', 0),
    onDamaged: ({ message }) => report(`read again (${message})`, 0),
    ...(signal && { signal }),
  });
  if (file.count < total) {
    report(
      `${total - file.count} of ${total} images are damaged and left out, see ${skippedPath(path)}`,
      file.count,
    );
  }
  return file;
}

function skippedPath(path: string): string {
  return `${path}.skipped.json`;
}

/** Tells apart everything that decides the content, without reading the images. */
function keyOf(folder: string, listing: Listing, options: ImageFolderOptions): string {
  const { size, interpolation } = options;
  const hash = createHash('sha256').update(JSON.stringify([DECODER_VERSION, folder, size, interpolation]));
  for (const { file, target } of listing.images) {
    const { size: bytes, mtimeMs } = stateOf(join(folder, file));
    hash.update(JSON.stringify([file, bytes, mtimeMs, target]));
  }
  return hash.digest('hex').slice(0, 24);
}

/** Without waiting: a hundred thousand files take a second this way, and much longer one by one with promises. */
function stateOf(path: string) {
  try {
    return statSync(path);
  } catch (cause) {
    throw new DataError(`image-folder: ${path}: cannot be read: ${(cause as Error).message}`, { cause });
  }
}

async function decodeAll(
  path: string,
  folder: string,
  { images }: Listing,
  { size, interpolation }: ImageFolderOptions,
  signal: AbortSignal | undefined,
  report: (phase: string, done: number) => void,
): Promise<void> {
  const writer = await FrameFileWriter.create(path);
  const skipped: Skipped[] = [];
  try {
    for (let start = 0; start < images.length; start += IMAGES_AT_ONCE) {
      throwIfAborted(signal);
      const batch = images.slice(start, start + IMAGES_AT_ONCE);
      const decoded = await Promise.allSettled(
        batch.map(({ file }) => decodeImage(join(folder, file), size, interpolation)),
      );
      for (const [i, result] of decoded.entries()) {
        const { file, target } = batch[i]!;
        if (result.status === 'fulfilled') {
          await writer.append(result.value, Float32Array.from(target), 1);
        } else {
          const reason = oneLine(result.reason);
          skipped.push({ file, reason });
          report(`${file} is damaged and left out: ${reason}`, start + i);
        }
      }
      report('read images', start + batch.length);
    }
    if (writer.count === 0) {
      const [{ file, reason } = { file: '', reason: '' }] = skipped;
      throw new DataError(
        `image-folder: ${folder}: none of ${images.length} images can be read; the first, ${file}: ${reason}`,
      );
    }
    await writeFile(skippedPath(path), `${JSON.stringify(skipped, null, 2)}\n`);
    const targetSize = images[0]!.target.length;
    const source = {
      dataset: 'image-folder',
      version: DECODER_VERSION,
      size,
      interpolation,
      skipped: skipped.length,
    };
    await writer.finish({ source, height: size, width: size, channels: 3, targetSize });
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

function oneLine(reason: unknown): string {
  return (reason instanceof Error ? reason.message : String(reason)).replace(/\s+/g, ' ').trim();
}
