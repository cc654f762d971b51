import { ConfigurationError, formatImageShape, type ImageShape } from '@paretrain/core';

/** @throws {ConfigurationError} for images that are neither grey nor red, green and blue */
export function checkColours(augmentation: string, shape: ImageShape): void {
  if (shape.channels === 1 || shape.channels === 3) return;
  throw new ConfigurationError(
    `augmentation '${augmentation}': received images of ${formatImageShape(shape)}, valid: 1 channel (grey) or 3 (red, green, blue)`,
  );
}
