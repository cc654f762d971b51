import { Rng, imageSize, parseOptions, type ImageShape, type Transform } from '@paretrain/core';
import { describe, expect, it } from 'vitest';
import { testPlugin } from './plugin.ts';

export interface TransformTest {
  readonly options?: unknown;
  /** Shapes of images that it takes; default some small ones. */
  readonly shapes?: readonly ImageShape[];
}

const SHAPES: readonly ImageShape[] = [
  { height: 28, width: 28, channels: 1 },
  { height: 32, width: 32, channels: 3 },
  { height: 9, width: 14, channels: 3 },
  { height: 1, width: 1, channels: 1 },
];

/** Registers the conformance tests of a transform. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a transform of any options
export function testTransform(transform: Transform<any>, test: TransformTest = {}): void {
  const shapes = test.shapes ?? SHAPES;
  const build = () => transform.build(parseOptions(transform, test.options));
  const picture = (shape: ImageShape, seed = 1): Uint8Array => {
    const rng = Rng.stream(seed, 'picture');
    return Uint8Array.from({ length: imageSize(shape) }, () => rng.integer(256));
  };

  describe(`transform ${transform.name}`, () => {
    testPlugin(transform, 'transform');

    it.each(shapes)('gives images of $height x $width x $channels one shape', (shape) => {
      const built = build();
      const given = built.shape({ ...shape });
      for (const length of [given.height, given.width, given.channels]) {
        expect(Number.isInteger(length) && length >= 1, `shape ${JSON.stringify(given)}`).toBe(true);
      }
      expect(built.shape({ ...shape })).toEqual(given);
    });

    it.each(shapes)('writes every byte for $height x $width x $channels images', (shape) => {
      const built = build();
      const [dark, light] = [0, 255].map((before) => {
        const output = new Uint8Array(imageSize(built.shape(shape))).fill(before);
        built.apply(picture(shape), output, shape);
        return output;
      });
      expect(dark, 'what lay in the output before').toEqual(light);
    });

    it.each(shapes)('does not change its input ($height x $width x $channels)', (shape) => {
      const input = picture(shape);
      const built = build();
      built.apply(input, new Uint8Array(imageSize(built.shape(shape))), shape);
      expect(input).toEqual(picture(shape));
    });

    it('gives the same of the same image, whatever it was given before', () => {
      const built = build();
      const apply = (seed: number, shape: ImageShape): Uint8Array => {
        const output = new Uint8Array(imageSize(built.shape(shape)));
        built.apply(picture(shape, seed), output, shape);
        return output;
      };
      const first = shapes.map((shape) => apply(1, shape));
      shapes.forEach((shape) => apply(2, shape));
      expect(shapes.map((shape) => apply(1, shape))).toEqual(first);
    });
  });
}
