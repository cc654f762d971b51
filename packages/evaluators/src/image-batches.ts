import * as tf from '@tensorflow/tfjs';
import type { ImageBatch, ImageSource } from '@paretrain/core';

const DEFAULT_BATCH_SIZE = 256;

/** Pixels in [0, 1] of bytes: [batch, height, width, channels]. The caller disposes it. */
function imageTensor(batch: ImageBatch, { image }: ImageSource): tf.Tensor4D {
  const pixels = Float32Array.from(batch.images, (byte) => byte / 255);
  const size = image.height * image.width * image.channels;
  return tf.tensor4d(pixels, [pixels.length / size, image.height, image.width, image.channels]);
}

/** Every image of a source once, in order; the last batch is as long as it is. Tensors are disposed after each visit. */
export async function forEachImageBatch(
  source: ImageSource,
  batchSize: number = DEFAULT_BATCH_SIZE,
  visit: (images: tf.Tensor4D, batch: ImageBatch, first: number) => Promise<void>,
): Promise<void> {
  for (let first = 0; first < source.count; first += batchSize) {
    const rows = Math.min(batchSize, source.count - first);
    const batch = await source.read(Uint32Array.from({ length: rows }, (_, i) => first + i));
    const images = imageTensor(batch, source);
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
