import { defineTransform, type ImageShape } from '@paretrain/core';
import { z } from 'zod';
import { INTERPOLATIONS, axisWeights } from './axis-weights.ts';
import { resizeImage } from './resize-image.ts';

const size = z.number().int().min(1).max(4096).default(64);
const options = z.strictObject({
  /** Height of the results, in pixels. */
  height: size,
  /** Width of the results, in pixels; the proportions are not kept. */
  width: size,
  interpolation: z.enum(INTERPOLATIONS).default('bicubic'),
  /** Whether every pixel counts when images are made smaller. */
  antialias: z.boolean().default(true),
});
export type ResizeOptions = z.infer<typeof options>;

/** Resizes images by interpolation between their pixels; `axisWeights` says how. */
export const resize = defineTransform<ResizeOptions>({
  name: 'resize',
  version: '1.0.0',
  description: 'Resizes images: nearest, bilinear or bicubic',
  source:
    "Keys, Cubic convolution interpolation for digital image processing, 1981; Pillow's and OpenCV's conventions",
  options,
  build({ height, width, interpolation, antialias }) {
    // All images of a data set have one shape.
    let axes:
      | {
          readonly of: string;
          readonly across: ReturnType<typeof axisWeights>;
          readonly down: ReturnType<typeof axisWeights>;
        }
      | undefined;
    const axesFor = (shape: ImageShape) => {
      const of = `${shape.height}x${shape.width}`;
      if (axes?.of !== of) {
        axes = {
          of,
          across: axisWeights(shape.width, width, interpolation, antialias),
          down: axisWeights(shape.height, height, interpolation, antialias),
        };
      }
      return axes;
    };
    return {
      shape: ({ channels }) => ({ height, width, channels }),
      apply(input, output, shape) {
        const { across, down } = axesFor(shape);
        resizeImage(input, output, shape.channels, across, down);
      },
    };
  },
});
