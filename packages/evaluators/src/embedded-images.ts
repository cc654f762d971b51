import type { EmbeddingSet, ImageSource } from '@paretrain/core';

/**
 * Images whose targets are their embeddings, for training something that maps one to the other. Closing it closes nothing: the
 * images belong to whoever opened them.
 * @param embeddings of the same images, in the same order
 */
export function embeddedImages(images: ImageSource, { values, size }: EmbeddingSet): ImageSource {
  return {
    count: images.count,
    image: images.image,
    targetSize: size,
    async read(indices) {
      const batch = await images.read(indices);
      const targets = new Float32Array(indices.length * size);
      for (let i = 0; i < indices.length; i++) {
        const from = indices[i]! * size;
        targets.set(values.subarray(from, from + size), i * size);
      }
      return { images: batch.images, targets };
    },
    async close() {},
  };
}
