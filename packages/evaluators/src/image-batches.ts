import * as tf from '@tensorflow/tfjs';
import { imagesToTensor, type ImageBatch, type ImageSource } from '@paretrain/core';

const DEFAULT_BATCH_SIZE = 256;

/** Every image of a source once, in order; the last batch is as long as it is. Tensors are disposed after each visit. */
export async function forEachImageBatch(
  source: ImageSource,
  batchSize: number = DEFAULT_BATCH_SIZE,
  visit: (images: tf.Tensor4D, batch: ImageBatch, first: number) => Promise<void>,
): Promise<void> {
  for (let first = 0; first < source.count; first += batchSize) {
    const rows = Math.min(batchSize, source.count - first);
    const batch = await source.read(Uint32Array.from({ length: rows }, (_, i) => first + i));
    const images = imagesToTensor(batch.images, source.image);
    try {
      await visit(images, batch, first);
    } finally {
      images.dispose();
    }
  }
}

/** Values and shape of a tensor computed inside a tidy. */
export async function outputsOf(compute: () => tf.Tensor): Promise<{ data: Float32Array; shape: number[] }> {
  const output = tf.tidy(compute);
  try {
    return { data: Float32Array.from(await output.data()), shape: output.shape };
  } finally {
    output.dispose();
  }
}
