import {
  ConfigurationError,
  imagesToTensor,
  throwIfAborted,
  type ImageSource,
  type LossNetwork,
} from '@paretrain/core';
import type * as tf from '@tensorflow/tfjs';
import type { FeatureSet } from './feature-set.ts';

export interface ImageFeaturesOptions {
  /** Images that the network sees at once, default 16. */
  readonly batchSize?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * A network's features of every image of a source, in its order, by the current backend.
 * @throws {ShapeError} where the images do not suit the network
 * @throws {ConfigurationError} on a batch size that is none
 * @throws {DataError} on damaged data @throws {AbortedError} when stopped
 */
export async function imageFeatures(
  network: LossNetwork,
  source: ImageSource,
  { batchSize = 16, signal, onProgress }: ImageFeaturesOptions = {},
): Promise<FeatureSet> {
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new ConfigurationError(`imageFeatures: batchSize: received ${batchSize}, valid: an integer from 1`);
  }
  const { count, image } = source;
  const dimensions = network.featureCount(image);
  const values = new Float32Array(count * dimensions);
  for (let begin = 0; begin < count; begin += batchSize) {
    throwIfAborted(signal);
    const length = Math.min(batchSize, count - begin);
    const batch = await source.read(Array.from({ length }, (_, i) => begin + i));
    const images = imagesToTensor(batch.images, image);
    let features: tf.Tensor2D;
    try {
      features = network.features(images);
    } finally {
      images.dispose();
    }
    values.set(await features.data(), begin * dimensions);
    features.dispose();
    onProgress?.(begin + length, count);
  }
  return { values, dimensions };
}
