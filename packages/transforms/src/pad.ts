import { ConfigurationError, defineTransform, formatImageShape } from '@paretrain/core';
import { z } from 'zod';

const size = z.number().int().min(1).max(4096).default(32);
const options = z.strictObject({
  /** Height of the results, in pixels. */
  height: size,
  /** Width of the results, in pixels. */
  width: size,
});
export type PadOptions = z.infer<typeof options>;

/**
 * Puts an image in the middle of a larger one of zeros: MNIST's 28x28 becomes 32x32. What cannot be halved is below and to the
 * right.
 */
export const pad = defineTransform<PadOptions>({
  name: 'pad',
  version: '1.0.0',
  description: 'Puts images in the middle of larger ones of zeros',
  options,
  build: ({ height, width }) => ({
    shape(input) {
      if (input.height > height || input.width > width) {
        throw new ConfigurationError(
          `pad: received images of ${formatImageShape(input)}, valid: at most ${height}x${width}, the options 'height' and 'width'`,
        );
      }
      return { height, width, channels: input.channels };
    },
    apply(input, output, shape) {
      const [top, left] = [(height - shape.height) >> 1, (width - shape.width) >> 1];
      const line = shape.width * shape.channels;
      output.fill(0);
      for (let y = 0; y < shape.height; y++) {
        output.set(input.subarray(y * line, (y + 1) * line), ((top + y) * width + left) * shape.channels);
      }
    },
  }),
});
