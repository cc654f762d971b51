import { DataError, imageSize, type ImageBatch, type ImageSource } from '@paretrain/core';
import { VIEW_SHAPE, type View } from './views.ts';

/** Images and the views to make of each. */
export interface ViewedSource {
  readonly source: ImageSource;
  readonly views: readonly View[];
}

/**
 * All views of all images of several sources as one source of 64x64 images. Its targets are zeros: labels are dropped as they are
 * read, so nothing behind it can learn from them.
 */
export function viewSource(parts: readonly ViewedSource[]): ImageSource {
  const size = imageSize(VIEW_SHAPE);
  const count = parts.reduce((sum, { source, views }) => sum + source.count * views.length, 0);
  return {
    count,
    image: VIEW_SHAPE,
    targetSize: 1,
    async read(indices): Promise<ImageBatch> {
      const images = new Uint8Array(indices.length * size);
      const located = Array.from(indices, (index) => locate(parts, index, count));
      for (const [part, { source, views }] of parts.entries()) {
        const wanted = located.flatMap((at, row) => (at.part === part ? [{ ...at, row }] : []));
        if (wanted.length === 0) continue;
        const { images: originals } = await source.read(wanted.map(({ image }) => image));
        const originalSize = imageSize(source.image);
        wanted.forEach(({ row, view }, i) => {
          const original = originals.subarray(i * originalSize, (i + 1) * originalSize);
          images.set(views[view]!(original, source.image.height), row * size);
        });
      }
      return { images, targets: new Float32Array(indices.length) };
    },
    async close() {
      for (const { source } of parts) await source.close();
    },
  };
}

function locate(
  parts: readonly ViewedSource[],
  index: number,
  count: number,
): { part: number; image: number; view: number } {
  let rest = Number.isInteger(index) && index >= 0 ? index : Infinity;
  for (const [part, { source, views }] of parts.entries()) {
    const here = source.count * views.length;
    if (rest < here) {
      return { part, image: Math.floor(rest / views.length), view: rest % views.length };
    }
    rest -= here;
  }
  throw new DataError(`views: received index ${index}, valid: 0 to ${count - 1}`);
}
