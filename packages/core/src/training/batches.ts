import * as tf from '@tensorflow/tfjs';
import type { BuiltAugmentation } from '../augmentation.ts';
import type { ImageBatch, ImageSource } from '../dataset.ts';
import { DataError } from '../errors.ts';
import { imageSize, type ImageShape } from '../image.ts';
import { Rng } from '../rng.ts';

/** Images of a batch as tensors. */
export interface ImageTensors {
  /** [batch, height, width, channels] in [0, 1]. */
  readonly images: tf.Tensor4D;
  /** [batch, targetSize]. */
  readonly targets: tf.Tensor2D;
}

/** Bytes 0 to 255, NHWC, to a tensor in [0, 1]. */
export function imagesToTensor(bytes: Uint8Array, image: ImageShape): tf.Tensor4D {
  const size = imageSize(image);
  if (bytes.length % size !== 0) {
    throw new DataError(`images: received ${bytes.length} bytes, not a multiple of the ${size} of one image`);
  }
  const values = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) values[i] = bytes[i]! / 255;
  return tf.tensor4d(values, [bytes.length / size, image.height, image.width, image.channels]);
}

/**
 * Targets as a tensor.
 * @throws {DataError} on a NaN or infinite target, naming the image
 */
export function targetsToTensor(batch: ImageBatch, indices: ArrayLike<number>, size: number): tf.Tensor2D {
  const bad = batch.targets.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new DataError(
      `target of image ${indices[Math.floor(bad / size)]}: received ${batch.targets[bad]}, valid: finite numbers`,
    );
  }
  return tf.tensor2d(batch.targets, [indices.length, size]);
}

/** Reads the images at these indices into tensors; the caller disposes them. */
export async function readImages(source: ImageSource, indices: ArrayLike<number>): Promise<ImageTensors> {
  const batch = await source.read(indices);
  const targets = targetsToTensor(batch, indices, source.targetSize);
  return { images: imagesToTensor(batch.images, source.image), targets };
}

/** Cuts `order` into batches; the last one may be smaller. */
export function cutIntoBatches(order: Uint32Array, batchSize: number): Uint32Array[] {
  const batches: Uint32Array[] = [];
  for (let begin = 0; begin < order.length; begin += batchSize) {
    batches.push(order.subarray(begin, begin + batchSize));
  }
  return batches;
}

/** Reads batch after batch, each while the one before it is being worked on. */
export async function* readAhead(
  source: ImageSource,
  batches: readonly Uint32Array[],
): AsyncGenerator<{ readonly indices: Uint32Array; readonly batch: ImageBatch }> {
  let next = batches.length ? source.read(batches[0]!) : undefined;
  for (let i = 0; i < batches.length; i++) {
    const batch = await next!;
    next = i + 1 < batches.length ? source.read(batches[i + 1]!) : undefined;
    // A failed read-ahead is reported when its turn comes, not as an unhandled rejection.
    next?.catch(() => undefined);
    yield { indices: batches[i]!, batch };
  }
}

/** The images transformed one by one; (seed, epoch, image index) alone decide how. */
export function augmentImages(
  augmentation: BuiltAugmentation,
  bytes: Uint8Array,
  indices: ArrayLike<number>,
  shape: ImageShape,
  seed: number,
  epoch: number,
): Uint8Array {
  const size = imageSize(shape);
  const output = new Uint8Array(bytes.length);
  for (let i = 0; i < indices.length; i++) {
    const rng = Rng.stream(seed, 'augmentation', String(epoch), String(indices[i]));
    const at = i * size;
    augmentation.apply(bytes.subarray(at, at + size), output.subarray(at, at + size), shape, rng);
  }
  return output;
}
