import * as tf from '@tensorflow/tfjs';
import type { ImageBatch, ImageSource } from '../dataset.ts';
import type { BuiltMethod, TrainingBatch } from '../method.ts';
import type { RngStreams } from '../rng.ts';
import { augmentImages, imagesToTensor, targetsToTensor } from './batches.ts';
import type { ConstantProvider } from './constants.ts';

export interface TrainingBatchParts {
  readonly method: BuiltMethod;
  readonly source: Pick<ImageSource, 'image' | 'targetSize'>;
  readonly constants: ConstantProvider;
  readonly streams: RngStreams;
  readonly indices: ArrayLike<number>;
  readonly batch: ImageBatch;
  /** From 1; decides the augmentation. */
  readonly epoch: number;
}

/** The tensors of one training step from the bytes that were read; {@link disposeBatch} frees them. */
export function createTrainingBatch(parts: TrainingBatchParts): TrainingBatch {
  const { method, source, streams, indices, batch, epoch } = parts;
  const images = imagesToTensor(batch.images, source.image);
  const augmented = method.augmentation
    ? imagesToTensor(
        augmentImages(method.augmentation, batch.images, indices, source.image, streams.seed, epoch),
        source.image,
      )
    : images;
  return {
    images,
    augmented,
    targets: targetsToTensor(batch, indices, source.targetSize),
    constants: parts.constants.get(images, indices),
    rng: streams.get('training-noise'),
    training: true,
  };
}

export function disposeBatch(batch: TrainingBatch): void {
  tf.dispose([batch.images, batch.augmented, batch.targets, ...Object.values(batch.constants)]);
}
