import {
  DataError,
  Rng,
  imageSize,
  targetSize,
  type DatasetDescription,
  type ImageShape,
  type ImageSource,
  type TargetDescription,
} from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';

/** Three classes. */
export const SAMPLE_CLASSES: TargetDescription = { kind: 'class', classes: ['red', 'green', 'blue'] };

/** A position in pixels of a 64x64 image. */
export const SAMPLE_POSITION: TargetDescription = {
  kind: 'position',
  names: ['x', 'y'],
  unit: 'pixel',
  offset: [32, 32],
  scale: [32, 32],
};

/** A data set's description with a target of this kind. */
export function sampleDescription(
  kind: TargetDescription['kind'],
  image: ImageShape = { height: 64, width: 64, channels: 3 },
): DatasetDescription {
  return { image, target: kind === 'class' ? SAMPLE_CLASSES : SAMPLE_POSITION };
}

/** Images and targets held in memory, read like any split. */
export function memorySource(
  images: Uint8Array,
  image: ImageShape,
  targets: Float32Array,
  targetCount: number,
): ImageSource {
  const size = imageSize(image);
  const count = images.length / size;
  return {
    count,
    image,
    targetSize: targetCount,
    async read(indices) {
      const chosen = Array.from(indices);
      const batch = {
        images: new Uint8Array(chosen.length * size),
        targets: new Float32Array(chosen.length * targetCount),
      };
      chosen.forEach((index, i) => {
        if (!(Number.isInteger(index) && index >= 0 && index < count)) {
          throw new DataError(`memory source: received index ${index}, valid: 0 to ${count - 1}`);
        }
        batch.images.set(images.subarray(index * size, (index + 1) * size), i * size);
        batch.targets.set(targets.subarray(index * targetCount, (index + 1) * targetCount), i * targetCount);
      });
      return batch;
    },
    async close() {},
  };
}

/**
 * Images that can be learned from: dark noise with a bright spot in a class's colour (or at a position in the target's unit).
 * The same for the same seed.
 */
export function sampleSource(description: DatasetDescription, count: number, seed = 0): ImageSource {
  const { image, target } = description;
  const rng = Rng.stream(seed, 'sample-images');
  const images = new Uint8Array(count * imageSize(image));
  const values = new Float32Array(count * targetSize(target));
  for (let i = 0; i < count; i++) {
    const x = rng.uniform(0.2, 0.8);
    const y = rng.uniform(0.2, 0.8);
    const label = target.kind === 'class' ? rng.integer(target.classes.length) : 0;
    if (target.kind === 'class') values[i] = label;
    else {
      target.names.forEach((_, j) => {
        values[i * target.names.length + j] =
          target.offset[j]! + target.scale[j]! * (2 * (j % 2 ? y : x) - 1);
      });
    }
    for (let row = 0; row < image.height; row++) {
      for (let column = 0; column < image.width; column++) {
        const away = Math.hypot((column + 0.5) / image.width - x, (row + 0.5) / image.height - y);
        for (let channel = 0; channel < image.channels; channel++) {
          const lit = away < 0.15 && (target.kind === 'position' || channel === label % image.channels);
          const at = ((i * image.height + row) * image.width + column) * image.channels + channel;
          images[at] = (lit ? 200 : 20) + rng.integer(40);
        }
      }
    }
  }
  return memorySource(images, image, values, targetSize(target));
}

/** Pixels in [0, 1] drawn from a stream: [batch, height, width, channels]. The caller disposes it. */
export function sampleImages(batch: number, image: ImageShape, rng: Rng): tf.Tensor4D {
  const shape: [number, number, number, number] = [batch, image.height, image.width, image.channels];
  return tf.tensor4d(rng.uniformArray(batch * imageSize(image), 0.05, 0.95), shape);
}
