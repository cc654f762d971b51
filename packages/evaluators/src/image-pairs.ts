import type { ImageShape } from '@paretrain/core';
import { encode } from 'fast-png';

/** A test image and its reconstruction as PNG data URIs. */
export interface ReconstructionPair {
  /** Position in the test split. */
  readonly index: number;
  readonly input: string;
  readonly output: string;
}

/** Numbers of channels that a PNG can have. */
export const PNG_CHANNELS: readonly number[] = [1, 2, 3, 4];

/** `wanted` positions in the middles of equal parts of 0 to count - 1, each once. */
export function spread(wanted: number, count: number): number[] {
  const n = Math.min(wanted, count);
  return Array.from({ length: n }, (_, i) => Math.floor(((i + 0.5) * count) / n));
}

/** Pixels in [0, 1] as bytes; what lies outside is clipped. */
export function toBytes(pixels: Float32Array): Uint8Array {
  return Uint8Array.from(pixels, (value) => Math.round(Math.min(1, Math.max(0, value)) * 255));
}

/** @param data bytes of one image, row by row, channels last */
export function pngDataUri(data: Uint8Array, { width, height, channels }: ImageShape): string {
  const png = encode({ data: data.slice(), width, height, channels, depth: 8 });
  return `data:image/png;base64,${btoa(String.fromCharCode(...png))}`;
}
