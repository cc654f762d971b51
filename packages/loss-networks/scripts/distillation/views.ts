import type { ImageShape } from '@paretrain/core';

/** Size of the images that the student sees; square. */
const VIEW_SIZE = 64;
export const VIEW_SHAPE: ImageShape = { height: VIEW_SIZE, width: VIEW_SIZE, channels: 3 };

/** Makes a 64x64 view of an image: bytes, height x width x 3. */
export type View = (image: Uint8Array, size: number) => Uint8Array;

/** The image repeated two by two, as paper 000 feeds 32x32 images. */
export const tile: View = (image, size) => {
  const output = new Uint8Array(VIEW_SIZE * VIEW_SIZE * 3);
  for (let row = 0; row < VIEW_SIZE; row++) {
    const line = image.subarray((row % size) * size * 3, ((row % size) + 1) * size * 3);
    for (let column = 0; column < VIEW_SIZE; column += size) {
      output.set(line, (row * VIEW_SIZE + column) * 3);
    }
  }
  return output;
};

/** The 64x64 pixels from this corner on. */
export function crop(top: number, left: number): View {
  return (image, size) => {
    const output = new Uint8Array(VIEW_SIZE * VIEW_SIZE * 3);
    for (let row = 0; row < VIEW_SIZE; row++) {
      const from = ((top + row) * size + left) * 3;
      output.set(image.subarray(from, from + VIEW_SIZE * 3), row * VIEW_SIZE * 3);
    }
    return output;
  };
}

/** The whole image reduced to 64x64: each pixel is the mean of the area that it covers. */
export const reduce: View = (image, size) => {
  const weights = overlaps(size);
  const output = new Uint8Array(VIEW_SIZE * VIEW_SIZE * 3);
  for (let row = 0; row < VIEW_SIZE; row++) {
    for (let column = 0; column < VIEW_SIZE; column++) {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (const [y, vertical] of weights[row]!) {
          for (const [x, horizontal] of weights[column]!) {
            sum += vertical * horizontal * image[(y * size + x) * 3 + channel]!;
          }
        }
        output[(row * VIEW_SIZE + column) * 3 + channel] = Math.round(sum);
      }
    }
  }
  return output;
};

/** For each pixel along one side of the view: the pixels it covers and their shares, which sum to 1. */
function overlaps(size: number): [index: number, share: number][][] {
  const ratio = size / VIEW_SIZE;
  return Array.from({ length: VIEW_SIZE }, (_, i) => {
    const [begin, end] = [i * ratio, (i + 1) * ratio];
    const pairs: [number, number][] = [];
    for (let at = Math.floor(begin); at < end; at++) {
      pairs.push([at, (Math.min(at + 1, end) - Math.max(at, begin)) / ratio]);
    }
    return pairs;
  });
}

/** Views of a 96x96 image: its four corners, its centre and the whole. */
export const VIEWS_OF_96: readonly View[] = [
  crop(0, 0),
  crop(0, 32),
  crop(32, 0),
  crop(32, 32),
  crop(16, 16),
  reduce,
];
