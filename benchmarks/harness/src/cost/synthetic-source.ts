import {
  Rng,
  imageSize,
  targetSize,
  type ImageShape,
  type ImageSource,
  type TargetDescription,
} from '@paretrain/core';

/**
 * Images of one random colour each, and valid targets: the time of a step does not depend on what is in them, and images that repeat
 * what they show, as an augmentation may want them, are among these.
 */
export function syntheticSource(count: number, image: ImageShape, target: TargetDescription): ImageSource {
  const rng = Rng.stream(0, 'synthetic-images');
  const size = imageSize(image);
  const images = new Uint8Array(count * size);
  for (let i = 0; i < count; i++) {
    const colour = Array.from({ length: image.channels }, () => rng.integer(256));
    for (let j = 0; j < size; j++) images[i * size + j] = colour[j % image.channels]!;
  }
  const width = targetSize(target);
  const targets = Float32Array.from({ length: count * width }, (_, i) =>
    target.kind === 'class'
      ? rng.integer(target.classes.length)
      : target.offset[i % width]! + target.scale[i % width]! * rng.uniform(-1, 1),
  );
  return {
    count,
    image,
    targetSize: width,
    async read(indices) {
      const batch = {
        images: new Uint8Array(indices.length * size),
        targets: new Float32Array(indices.length * width),
      };
      for (let i = 0; i < indices.length; i++) {
        const at = indices[i]!;
        batch.images.set(images.subarray(at * size, (at + 1) * size), i * size);
        batch.targets.set(targets.subarray(at * width, (at + 1) * width), i * width);
      }
      return batch;
    },
    close: async () => undefined,
  };
}
