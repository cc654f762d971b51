import type { ImageShape } from './image.ts';

/**
 * Brings an image from planes, one for each channel, to pixels of all channels, row by row.
 * @param planes height x width bytes of the first channel, then of the next
 * @param image receives height x width x channels bytes
 * @param order whether a plane holds one row after the other, or one column
 */
export function interleavePlanes(
  planes: Uint8Array,
  image: Uint8Array,
  { height, width, channels }: ImageShape,
  order: 'rows' | 'columns',
): void {
  const plane = height * width;
  const [down, across] = order === 'rows' ? [width, 1] : [1, height];
  let to = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = y * down + x * across;
      for (let channel = 0; channel < channels; channel++) image[to++] = planes[channel * plane + from]!;
    }
  }
}
