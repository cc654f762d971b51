import { axisWeights, resizeImage, type Interpolation } from '@paretrain/transforms';
import type { SharpOptions } from 'sharp';

const FORMATS: readonly string[] = ['jpeg', 'png', 'webp'];
/** More than any camera takes; a damaged or malicious head may claim any size. */
const MOST_PIXELS = 200_000_000;
const READING: SharpOptions = { failOn: 'error', limitInputPixels: MOST_PIXELS };

/**
 * Reads an image: turned as its EXIF orientation says, in sRGB of 8 bits, transparent parts over white, the first picture of
 * an animation. Its middle square (what cannot be halved is cut away below and to the right) is resized.
 * @returns bytes, size x size x 3
 * @throws what the decoder says of files that are damaged, of another format, or larger than 200 million pixels
 */
export async function decodeImage(
  path: string,
  size: number,
  interpolation: Interpolation,
): Promise<Uint8Array> {
  // Native code, which nothing but decoding needs: lists of data sets do without it.
  const { default: sharp } = await import('sharp');
  const { format, autoOrient } = await sharp(path, READING).metadata();
  if (!FORMATS.includes(format)) throw new Error(`received ${format}, valid: ${FORMATS.join(', ')}`);
  const side = Math.min(autoOrient.width, autoOrient.height);
  const { data, info } = await sharp(path, READING)
    .autoOrient()
    .extract({
      left: (autoOrient.width - side) >> 1,
      top: (autoOrient.height - side) >> 1,
      width: side,
      height: side,
    })
    .flatten({ background: 'white' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const axis = axisWeights(side, size, interpolation, true);
  const resized = new Uint8Array(size * size * info.channels);
  resizeImage(data, resized, info.channels, axis, axis);
  return info.channels === 3 ? resized : repeated(resized, info.channels);
}

/** The first of `channels` values of each pixel, three times. */
function repeated(grey: Uint8Array, channels: number): Uint8Array {
  return Uint8Array.from(
    { length: (grey.length / channels) * 3 },
    (_, i) => grey[Math.floor(i / 3) * channels]!,
  );
}
