import type { ImageShape } from '@paretrain/core';

/** How the value between pixels is found: of the pixel that is nearest, or from the four around it. */
export const WARP_INTERPOLATIONS = ['nearest', 'bilinear'] as const;
export type WarpInterpolation = (typeof WARP_INTERPOLATIONS)[number];

/** A rotation and a scaling about the middle of the image. */
export interface Warp {
  /** Degrees, clockwise. */
  readonly rotation: number;
  /** Above 1 the picture becomes larger; positive. */
  readonly scale: number;
  readonly interpolation: WarpInterpolation;
}

/**
 * Rotates and scales an image about its middle; where nothing of it lands, and beyond its edge when pixels are interpolated, is
 * black. The same as torchvision's `affine` on tensors without `fill`: every output pixel looks up where it came from.
 * @param input bytes, height x width x channels
 * @param output as large; every byte is written
 */
export function warpImage(input: Uint8Array, output: Uint8Array, shape: ImageShape, warp: Warp): void {
  if (warp.interpolation === 'nearest') warpNearest(input, output, shape, inverse(shape, warp));
  else warpBilinear(input, output, shape, inverse(shape, warp));
}

/** Where output pixels come from: x = x0 + cos column + sin row, y = y0 - sin column + cos row. */
interface Inverse {
  readonly cos: number;
  readonly sin: number;
  readonly x0: number;
  readonly y0: number;
}

function inverse({ height, width }: ImageShape, { rotation, scale }: Warp): Inverse {
  const radians = (rotation * Math.PI) / 180;
  const cos = Math.cos(radians) / scale;
  const sin = Math.sin(radians) / scale;
  const middleX = (width - 1) / 2;
  const middleY = (height - 1) / 2;
  return {
    cos,
    sin,
    x0: middleX - cos * middleX - sin * middleY,
    y0: middleY + sin * middleX - cos * middleY,
  };
}

function warpNearest(input: Uint8Array, output: Uint8Array, shape: ImageShape, from: Inverse): void {
  const { height, width, channels } = shape;
  output.fill(0);
  for (let row = 0, to = 0; row < height; row++) {
    for (let column = 0; column < width; column++, to += channels) {
      const x = Math.round(from.x0 + from.cos * column + from.sin * row);
      const y = Math.round(from.y0 - from.sin * column + from.cos * row);
      if (x < 0 || x >= width || y < 0 || y >= height) continue;
      const at = (y * width + x) * channels;
      for (let channel = 0; channel < channels; channel++) output[to + channel] = input[at + channel]!;
    }
  }
}

function warpBilinear(input: Uint8Array, output: Uint8Array, shape: ImageShape, from: Inverse): void {
  const { height, width, channels } = shape;
  // A black edge all around, so that each of the four pixels exists.
  const line = (width + 2) * channels;
  const padded = new Uint8Array((height + 2) * line);
  for (let row = 0; row < height; row++) {
    const start = row * width * channels;
    padded.set(input.subarray(start, start + width * channels), (row + 1) * line + channels);
  }
  output.fill(0);
  for (let row = 0, to = 0; row < height; row++) {
    for (let column = 0; column < width; column++, to += channels) {
      const x = from.x0 + from.cos * column + from.sin * row;
      const y = from.y0 - from.sin * column + from.cos * row;
      if (x <= -1 || x >= width || y <= -1 || y >= height) continue;
      const left = Math.floor(x);
      const top = Math.floor(y);
      const right = x - left;
      const down = y - top;
      const at = (top + 1) * line + (left + 1) * channels;
      for (let channel = at; channel < at + channels; channel++) {
        const above = (1 - right) * padded[channel]! + right * padded[channel + channels]!;
        const below = (1 - right) * padded[channel + line]! + right * padded[channel + line + channels]!;
        output[to + channel - at] = Math.round((1 - down) * above + down * below);
      }
    }
  }
}
