import {
  ConfigurationError,
  formatImageShape,
  imageSize,
  type BuiltTransform,
  type ImageShape,
} from '@paretrain/core';
import { INTERPOLATIONS } from '@paretrain/transforms';
import { z } from 'zod';

const side = z.number().int().positive();

/** How an image file becomes what the encoder was trained on. */
export const preparation = z.object({
  /** An image is decoded to this shape, its middle square resized. */
  decoded: z.object({ height: side, width: side, channels: z.number().int().positive() }),
  interpolation: z.enum(INTERPOLATIONS),
  /** Done with the decoded image, in this order; all options filled in. */
  transforms: z.array(
    z.object({ name: z.string(), version: z.string(), options: z.record(z.string(), z.unknown()) }),
  ),
});
export type Preparation = z.infer<typeof preparation>;

/** Makes bytes of image files. */
export interface ImagePreparer {
  /** Of the images that come out. */
  readonly image: ImageShape;
  /**
   * @param path PNG, JPEG or WebP
   * @returns bytes, height x width x channels, 0 to 255; the encoder takes them divided by 255
   * @throws what the decoder says of files that are damaged or of another format
   */
  prepare(path: string): Promise<Uint8Array>;
}

/**
 * Prepares image files as a run's data set did: the middle square is decoded as the data set `image-folder` decodes, resized to the shape
 * that the data set had, made grey (ITU-R BT.601, as Pillow does) where that has one channel, then transformed.
 * @param transforms those of `preparation.transforms`, built with their options
 * @throws {ConfigurationError} where images of that shape cannot be made of image files
 */
export function imagePreparer(
  { decoded, interpolation }: Pick<Preparation, 'decoded' | 'interpolation'>,
  transforms: readonly BuiltTransform[] = [],
): ImagePreparer {
  if (decoded.height !== decoded.width || ![1, 3].includes(decoded.channels)) {
    throw new ConfigurationError(
      `images of ${formatImageShape(decoded)} cannot be made of image files, valid: square ones of 1 or 3 channels`,
    );
  }
  const shapes = [decoded as ImageShape];
  for (const transform of transforms) shapes.push(transform.shape(shapes.at(-1)!));
  return {
    image: shapes.at(-1)!,
    async prepare(path) {
      // With a decoder, which whoever only describes a preparation does without.
      const { decodeImage } = await import('@paretrain/dataset-image-folder');
      const colours = await decodeImage(path, decoded.height, interpolation);
      let pixels = decoded.channels === 3 ? colours : grey(colours);
      transforms.forEach((transform, i) => {
        const output = new Uint8Array(imageSize(shapes[i + 1]!));
        transform.apply(pixels, output, shapes[i]!);
        pixels = output;
      });
      return pixels;
    },
  };
}

/** Luma of red, green and blue, in Pillow's integers. */
function grey(colours: Uint8Array): Uint8Array {
  return Uint8Array.from({ length: colours.length / 3 }, (_, i) => {
    const [red, green, blue] = colours.subarray(3 * i, 3 * i + 3) as unknown as [number, number, number];
    return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
  });
}
