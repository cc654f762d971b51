import { ConfigurationError, DataError, formatImageShape, type BuiltAugmentation } from '@paretrain/core';

/** How often an image is repeated: the options of the transform `tile`. */
export interface Tiles {
  readonly rows: number;
  readonly columns: number;
}

/**
 * Augments what the transform `tile` repeated, and repeats the result: as if the images had been augmented before they were tiled.
 * @throws {ConfigurationError} for images that cannot be cut into such tiles
 * @throws {DataError} for an image whose tiles differ
 */
export function perTile(augmentation: BuiltAugmentation, { rows, columns }: Tiles): BuiltAugmentation {
  if (rows === 1 && columns === 1) return augmentation;
  return {
    apply(input, output, shape, rng) {
      if (shape.height % rows !== 0 || shape.width % columns !== 0) {
        throw new ConfigurationError(
          `tiles: received ${rows}x${columns} for images of ${formatImageShape(shape)}, valid: divisors of their height and width`,
        );
      }
      const tile = { height: shape.height / rows, width: shape.width / columns, channels: shape.channels };
      const line = tile.width * tile.channels;
      const original = new Uint8Array(tile.height * line);
      const augmented = new Uint8Array(original.length);
      for (let y = 0; y < tile.height; y++) {
        original.set(input.subarray(y * line * columns, y * line * columns + line), y * line);
      }
      // Every line of every tile of the image: where it is, and where in the one tile.
      const forEachLine = (visit: (inImage: number, inTile: number) => void) => {
        for (let i = 0; i < shape.height * columns; i++) {
          visit(i * line, (Math.floor(i / columns) % tile.height) * line);
        }
      };
      forEachLine((inImage, inTile) => {
        for (let i = 0; i < line; i++) {
          if (input[inImage + i] === original[inTile + i]) continue;
          throw new DataError(
            `tiles: received an image of ${formatImageShape(shape)} whose ${rows}x${columns} tiles differ, ` +
              `valid: images of the transform 'tile' with as many rows and columns`,
          );
        }
      });
      augmentation.apply(original, augmented, tile, rng);
      forEachLine((inImage, inTile) => output.set(augmented.subarray(inTile, inTile + line), inImage));
    },
  };
}
