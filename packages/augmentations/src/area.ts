import { ConfigurationError, formatImageShape, type ImageShape } from '@paretrain/core';

/** Part of an image, in pixels. */
export interface Area {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** @throws {ConfigurationError} when a square of `size` pixels a side is larger than the image */
export function checkFits(augmentation: string, size: number, shape: ImageShape): void {
  const largest = Math.min(shape.height, shape.width);
  if (size <= largest) return;
  throw new ConfigurationError(
    `augmentation '${augmentation}': option 'size': received ${size} for images of ${formatImageShape(shape)}, ` +
      `valid: at most ${largest}`,
  );
}
