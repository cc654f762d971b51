import { readFileSync } from 'node:fs';
import type { ImageShape } from '@paretrain/core';
import { describe, expect, it } from 'vitest';
import {
  adjustBrightness,
  adjustContrast,
  adjustHue,
  adjustSaturation,
  cropImage,
  eraseArea,
  greyImage,
  mirrorColumns,
  mirrorRows,
  warpImage,
  type Area,
  type Warp,
} from '../src/index.ts';

interface Case {
  readonly operation: string;
  readonly parameters: unknown;
  readonly bytes: string;
}

/** Written by scripts/make-fixture.py. */
const fixture = JSON.parse(readFileSync(new URL('fixtures/torchvision.json', import.meta.url), 'utf8')) as {
  readonly image: ImageShape & { readonly bytes: string };
  readonly cases: readonly Case[];
};
const decode = (bytes: string) => new Uint8Array(Buffer.from(bytes, 'base64'));
const { image: shape, cases } = fixture;
const picture = decode(shape.bytes);

type Operation = (input: Uint8Array, output: Uint8Array, parameters: unknown) => void;

const inPlace =
  (adjust: (image: Uint8Array, parameters: unknown) => void): Operation =>
  (input, output, parameters) => {
    output.set(input);
    adjust(output, parameters);
  };
const factorOf = (parameters: unknown) => (parameters as { factor: number }).factor;

const OPERATIONS: Readonly<Record<string, Operation>> = {
  warp: (input, output, parameters) => warpImage(input, output, shape, parameters as Warp),
  crop: (input, output, parameters) => cropImage(input, output, shape, parameters as Area),
  erase: (input, output, parameters) => eraseArea(input, output, shape, parameters as Area),
  brightness: inPlace((image, parameters) => adjustBrightness(image, factorOf(parameters))),
  contrast: inPlace((image, parameters) => adjustContrast(image, 3, factorOf(parameters))),
  saturation: inPlace((image, parameters) => adjustSaturation(image, 3, factorOf(parameters))),
  hue: inPlace((image, parameters) => adjustHue(image, 3, (parameters as { turn: number }).turn)),
  grey: (input, output) => greyImage(input, output, shape),
  'mirror-columns': (input, output) => mirrorColumns(input, output, shape),
  'mirror-rows': (input, output) => mirrorRows(input, output, shape),
};

/** Largest difference of a byte: an enlarged crop is summed in another order, which decides roundings of one half. */
const TOLERANCE: Readonly<Record<string, number>> = { crop: 1 };

describe('the same as torchvision', () => {
  it('covers every operation', () => {
    expect(new Set(cases.map(({ operation }) => operation))).toEqual(new Set(Object.keys(OPERATIONS)));
  });

  it.each(cases.map((found) => ({ ...found, title: JSON.stringify(found.parameters) })))(
    '$operation $title',
    ({ operation, parameters, bytes }) => {
      const expected = decode(bytes);
      const output = new Uint8Array(picture.length).fill(77);
      OPERATIONS[operation]!(picture, output, parameters);
      const differences = [...output].map((value, i) => Math.abs(value - expected[i]!));
      expect(Math.max(...differences)).toBeLessThanOrEqual(TOLERANCE[operation] ?? 0);
      expect(differences.filter((difference) => difference > 0).length).toBeLessThan(0.01 * output.length);
    },
  );
});
