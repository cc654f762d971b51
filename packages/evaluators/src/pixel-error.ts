import { DataError, ShapeError, imageSize, throwIfAborted, type ImageSource } from '@paretrain/core';
import type * as tf from '@tensorflow/tfjs';
import { assertFiniteRows } from './embed.ts';
import { forEachImageBatch, outputsOf } from './image-batches.ts';
import { pngDataUri, spread, toBytes, type ReconstructionPair } from './image-pairs.ts';

/** For `Evaluator.metrics` of everything that gives images back. */
export const PIXEL_METRICS = {
  mse: { unit: 'pixel value in [0, 1], squared', higherIsBetter: false },
  l1: { unit: 'pixel value in [0, 1]', higherIsBetter: false },
} as const;

export interface PixelErrorOptions {
  /** The evaluator, for messages. */
  readonly who: string;
  readonly batchSize: number;
  /** Images kept with their reconstructions, evenly spread over the source. */
  readonly pairs: number;
  readonly signal?: AbortSignal | undefined;
  /** From 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

export interface PixelError {
  /** Mean squared error of pixels in [0, 1]. */
  readonly mse: number;
  /** Mean absolute error of pixels in [0, 1]. */
  readonly l1: number;
  readonly pairs: readonly ReconstructionPair[];
}

/**
 * Compares every image of the test split with its reconstruction.
 * @param reconstruct of images [batch, height, width, channels] in [0, 1], the first of which stands at `first`: the same shape
 * @throws {DataError} on an empty source
 * @throws {ShapeError} when a reconstruction has another shape than its images
 * @throws {NonFiniteError} naming the first image whose reconstruction holds a NaN or an infinity
 */
export async function pixelError(
  source: ImageSource,
  reconstruct: (images: tf.Tensor4D, first: number) => tf.Tensor4D,
  { who, batchSize, pairs: wanted, signal, onProgress }: PixelErrorOptions,
): Promise<PixelError> {
  if (source.count === 0) {
    throw new DataError(`${who}: received an empty test split, valid: at least one image`);
  }
  const size = imageSize(source.image);
  const shown = spread(wanted, source.count);
  const pairs: ReconstructionPair[] = [];
  let squared = 0;
  let absolute = 0;
  await forEachImageBatch(source, batchSize, async (images, batch, first) => {
    throwIfAborted(signal);
    const { data, shape } = await outputsOf(() => reconstruct(images, first));
    if (shape.join() !== images.shape.join()) {
      throw new ShapeError(`${who}: reconstructed images`, shape, `[${images.shape.join(', ')}]`);
    }
    assertFiniteRows(data, size, first, who);
    for (let i = 0; i < data.length; i++) {
      const difference = data[i]! - batch.images[i]! / 255;
      squared += difference * difference;
      absolute += Math.abs(difference);
    }
    for (const index of shown.filter((at) => at >= first && at < first + images.shape[0])) {
      const from = (index - first) * size;
      pairs.push({
        index,
        input: pngDataUri(batch.images.subarray(from, from + size), source.image),
        output: pngDataUri(toBytes(data.subarray(from, from + size)), source.image),
      });
    }
    onProgress?.((first + images.shape[0]) / source.count);
  });
  const values = source.count * size;
  return { mse: squared / values, l1: absolute / values, pairs };
}
