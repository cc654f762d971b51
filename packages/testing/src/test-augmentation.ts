import { Rng, imageSize, parseOptions, type Augmentation, type ImageShape } from '@paretrain/core';
import { describe, expect, it } from 'vitest';
import { testPlugin } from './plugin.ts';

export interface AugmentationTest {
  readonly options?: unknown;
  readonly shapes?: readonly ImageShape[];
  /** Whether different streams give different images; default true. */
  readonly random?: boolean;
}

const SHAPES: readonly ImageShape[] = [
  { height: 32, width: 32, channels: 3 },
  { height: 28, width: 28, channels: 1 },
  { height: 9, width: 14, channels: 3 },
  { height: 1, width: 1, channels: 3 },
];

/** Registers the conformance tests of an augmentation. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- an augmentation of any options
export function testAugmentation(augmentation: Augmentation<any>, test: AugmentationTest = {}): void {
  const shapes = test.shapes ?? SHAPES;
  const built = augmentation.build(parseOptions(augmentation, test.options));
  const picture = (shape: ImageShape): Uint8Array => {
    const rng = Rng.stream(1, 'picture');
    return Uint8Array.from({ length: imageSize(shape) }, () => rng.integer(256));
  };
  const apply = (shape: ImageShape, seed: number, fill = 0): Uint8Array => {
    const output = new Uint8Array(imageSize(shape)).fill(fill);
    built.apply(picture(shape), output, shape, Rng.stream(seed, 'image'));
    return output;
  };

  describe(`augmentation ${augmentation.name}`, () => {
    testPlugin(augmentation, 'augmentation');

    it.each(shapes)('writes every byte of $height x $width x $channels images', (shape) => {
      for (let seed = 0; seed < 8; seed++) {
        expect(apply(shape, seed, 0), 'what lay in the output before').toEqual(apply(shape, seed, 255));
      }
    });

    it.each(shapes)('does not change its input ($height x $width x $channels)', (shape) => {
      const input = picture(shape);
      built.apply(input, new Uint8Array(input.length), shape, Rng.stream(3, 'image'));
      expect(input).toEqual(picture(shape));
    });

    it("is decided by the image's stream", () => {
      const outputs = Array.from({ length: 16 }, (_, seed) => apply(shapes[0]!, seed).join());
      expect(Array.from({ length: 16 }, (_, seed) => apply(shapes[0]!, seed).join())).toEqual(outputs);
      if (test.random ?? true) expect(new Set(outputs).size).toBeGreaterThan(1);
    });
  });
}
