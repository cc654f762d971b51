import { ConfigurationError, formatImageShape, type ImageShape } from '@paretrain/core';

/**
 * @throws {ConfigurationError} unless `value` is an integer from 1
 */
export function checkPositiveInteger(network: string, what: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) {
    throw new ConfigurationError(`${network}: ${what}: received ${value}, valid: an integer from 1`);
  }
}

/**
 * The four strided convolutions of the encoder and the four transposed ones of the decoder meet exactly at square
 * images of 64 + 16 n pixels (64, 80, 96, 112, ...).
 * @throws {ConfigurationError} for any other image
 */
export function checkImage(network: string, image: ImageShape): void {
  const { height, width, channels } = image;
  const fits = Number.isInteger(height) && height >= 64 && (height - 64) % 16 === 0;
  if (height !== width || !fits) {
    throw new ConfigurationError(
      `${network}: image size: received ${formatImageShape(image)}, ` +
        'valid: square images of 64 + 16 n pixels (64, 80, 96, 112, ...)',
    );
  }
  checkPositiveInteger(network, 'image channels', channels);
}
