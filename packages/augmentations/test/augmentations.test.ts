import {
  ConfigurationError,
  DataError,
  Rng,
  imageSize,
  parseOptions,
  type Augmentation,
  type BuiltAugmentation,
  type ImageShape,
} from '@paretrain/core';
import { testAugmentation, testManifest } from '@paretrain/testing';
import { tile } from '@paretrain/transforms';
import { describe, expect, it } from 'vitest';
import * as exported from '../src/index.ts';

const {
  affine,
  colourJitter,
  crop,
  cutout,
  gaussianNoise,
  greyScale,
  horizontalFlip,
  inSequence,
  oneOf,
  perTile,
  policy,
  rotation,
  verticalFlip,
} = exported;

testManifest(new URL('../package.json', import.meta.url), exported);

/** Images in which the squares of crop and cutout have room. */
const large: readonly ImageShape[] = [
  { height: 32, width: 32, channels: 3 },
  { height: 28, width: 28, channels: 1 },
  { height: 21, width: 30, channels: 3 },
];
testAugmentation(rotation);
testAugmentation(rotation, { options: { degrees: 180, interpolation: 'bilinear' } });
testAugmentation(affine);
testAugmentation(affine, { options: { interpolation: 'bilinear' } });
testAugmentation(crop, { shapes: large });
testAugmentation(cutout, { shapes: large });
testAugmentation(colourJitter);
testAugmentation(gaussianNoise);
testAugmentation(greyScale);
testAugmentation(horizontalFlip);
testAugmentation(verticalFlip);
testAugmentation(policy, { shapes: large });
testAugmentation(policy, {
  shapes: large,
  options: { sequences: [['rotation', { name: 'cutout', options: { size: 3 } }], []] },
});

const COLOUR: ImageShape = { height: 32, width: 32, channels: 3 };

function build<Options>(augmentation: Augmentation<Options>, options: unknown = {}): BuiltAugmentation {
  return augmentation.build(parseOptions(augmentation, options));
}

/** Bytes 1 to 255: black is what an augmentation has put there. */
function picture(shape: ImageShape, seed = 1): Uint8Array {
  const rng = Rng.stream(seed, 'picture');
  return Uint8Array.from({ length: imageSize(shape) }, () => 1 + rng.integer(255));
}

function apply(built: BuiltAugmentation, input: Uint8Array, shape: ImageShape, seed: number): Uint8Array {
  const output = new Uint8Array(input.length);
  built.apply(input, output, shape, Rng.stream(seed, 'image'));
  return output;
}

/** `count` images, each with its own random numbers. */
function applyMany(
  built: BuiltAugmentation,
  input: Uint8Array,
  shape: ImageShape,
  count: number,
): Uint8Array[] {
  return Array.from({ length: count }, (_, seed) => apply(built, input, shape, seed));
}

const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

describe('what is drawn', () => {
  const input = picture(COLOUR);

  it.each([
    { augmentation: horizontalFlip, probability: undefined, share: 0.5 },
    { augmentation: verticalFlip, probability: 0.25, share: 0.25 },
    { augmentation: greyScale, probability: undefined, share: 0.2 },
    { augmentation: greyScale, probability: 1, share: 1 },
    { augmentation: horizontalFlip, probability: 0, share: 0 },
  ])('$augmentation.name transforms $share of the images', ({ augmentation, probability, share }) => {
    const changed = applyMany(build(augmentation, { probability }), input, COLOUR, 1000);
    const measured = changed.filter((output) => !same(output, input)).length / 1000;
    // Four standard errors.
    expect(Math.abs(measured - share)).toBeLessThanOrEqual(4 * Math.sqrt((share * (1 - share)) / 1000));
  });

  it('rotation turns by up to its degrees, both ways', () => {
    // One white pixel to the right of the middle tells the angle.
    const shape = { height: 101, width: 101, channels: 1 };
    const dot = new Uint8Array(101 * 101);
    for (let y = 49; y <= 51; y++) dot.fill(255, y * 101 + 89, y * 101 + 92);
    const angles = applyMany(build(rotation), dot, shape, 100).map((output) => {
      let [x, y] = [0, 0];
      output.forEach((value, i) => {
        if (value > 0) [x, y] = [x + (i % 101) - 50, y + Math.floor(i / 101) - 50];
      });
      return (Math.atan2(y, x) * 180) / Math.PI;
    });
    expect(Math.min(...angles)).toBeLessThan(-40);
    expect(Math.max(...angles)).toBeGreaterThan(40);
    for (const angle of angles) expect(Math.abs(angle)).toBeLessThan(46);
  });

  it('affine scales by its range: black around the smaller, none in the middle', () => {
    const white = new Uint8Array(imageSize(COLOUR)).fill(255);
    const shares = applyMany(build(affine, { degrees: 0 }), white, COLOUR, 100).map(
      (output) => output.reduce((sum, value) => sum + value, 0) / (255 * output.length),
    );
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(0.25);
    expect(Math.min(...shares)).toBeLessThan(0.35);
    expect(Math.max(...shares)).toBe(1);
  });

  it('cutout blackens exactly one square, which reaches every edge', () => {
    const edges = { top: 0, left: 0, bottom: 0, right: 0 };
    for (const output of applyMany(build(cutout), input, COLOUR, 300)) {
      const black = [...output.keys()].filter((i) => output[i] === 0);
      expect(black.length).toBe(10 * 10 * 3);
      const rows = black.map((i) => Math.floor(i / 96));
      const columns = black.map((i) => Math.floor(i / 3) % 32);
      const [top, left] = [Math.min(...rows), Math.min(...columns)];
      expect([Math.max(...rows), Math.max(...columns)]).toEqual([top + 9, left + 9]);
      edges.top ||= Number(top === 0);
      edges.left ||= Number(left === 0);
      edges.bottom ||= Number(top === 22);
      edges.right ||= Number(left === 22);
    }
    expect(edges).toEqual({ top: 1, left: 1, bottom: 1, right: 1 });
  });

  it('crop of the whole image leaves it as it is', () => {
    expect(apply(build(crop, { size: 32 }), input, COLOUR, 5)).toEqual(input);
  });

  it('gaussian noise has mean 0 and its standard deviation, and stays within 0 to 255', () => {
    const grey = new Uint8Array(100_000).fill(128);
    const shape = { height: 100, width: 1000, channels: 1 };
    const noise = Array.from(apply(build(gaussianNoise), grey, shape, 0), (value) => value - 128);
    const mean = noise.reduce((sum, value) => sum + value, 0) / noise.length;
    const variance = noise.reduce((sum, value) => sum + (value - mean) ** 2, 0) / noise.length;
    expect(Math.abs(mean)).toBeLessThan(0.3);
    // Rounding to whole numbers adds a twelfth.
    expect(Math.sqrt(variance - 1 / 12)).toBeCloseTo(25.5, 0);
    // The normal distribution has 4.55 % beyond two standard deviations and 0.27 % beyond three.
    const beyond = (deviations: number) =>
      noise.filter((value) => Math.abs(value) > deviations * 25.5).length / noise.length;
    expect(beyond(2)).toBeCloseTo(0.0455, 2);
    expect(beyond(3)).toBeCloseTo(0.0027, 3);
    const products = noise.slice(1).reduce((sum, value, i) => sum + value * noise[i]!, 0);
    expect(Math.abs(products / noise.length / variance), 'correlation of neighbours').toBeLessThan(0.015);
    const white = apply(build(gaussianNoise), new Uint8Array(100_000).fill(255), shape, 0);
    // Half of the noise is cut off at white; the rest would be near black had it gone round.
    expect(Math.min(...white.subarray(0, 10_000))).toBeGreaterThan(100);
    expect(white.filter((value) => value === 255).length / white.length).toBeCloseTo(0.5, 1);
  });

  it('colour jitter without spread leaves images as they are; grey ones stay grey', () => {
    const still = build(colourJitter, { brightness: 0, contrast: 0, saturation: 0, hue: 0 });
    expect(apply(still, input, COLOUR, 3)).toEqual(input);
    const grey = Uint8Array.from(input, (_, i) => input[i - (i % 3)]!);
    for (const output of applyMany(build(colourJitter), grey, COLOUR, 10)) {
      expect(output.every((value, i) => value === output[i - (i % 3)])).toBe(true);
    }
  });

  it('colour jitter makes its four adjustments, each within its range, in any order', () => {
    const built = build(colourJitter);
    const first = new Set<number>();
    for (let seed = 0; seed < 30; seed++) {
      // The same draws again: three factors and a turn.
      const rng = Rng.stream(seed, 'image');
      const [brightness, contrast, saturation] = [0, 1, 2].map(() => rng.uniform(0.2, 1.8));
      const turn = rng.uniform(-0.2, 0.2);
      const adjustments = [
        (image: Uint8Array) => exported.adjustBrightness(image, brightness!),
        (image: Uint8Array) => exported.adjustContrast(image, 3, contrast!),
        (image: Uint8Array) => exported.adjustSaturation(image, 3, saturation!),
        (image: Uint8Array) => exported.adjustHue(image, 3, turn),
      ];
      const output = apply(built, input, COLOUR, seed);
      const matching = orders(4).filter((order) => {
        const expected = input.slice();
        for (const which of order) adjustments[which]!(expected);
        return same(expected, output);
      });
      expect(matching).not.toEqual([]);
      if (matching.length === 1) first.add(matching[0]![0]!);
    }
    expect(first).toEqual(new Set([0, 1, 2, 3]));
  });
});

describe('policies', () => {
  const input = picture(COLOUR);
  const mirror = build(horizontalFlip, { probability: 1 });
  const upside = build(verticalFlip, { probability: 1 });

  it('inSequence applies in order; without any, images stay as they are', () => {
    const turned = apply(inSequence([mirror, upside]), input, COLOUR, 0);
    expect(turned).toEqual(apply(build(rotation, { degrees: 0 }), reversePixels(input), COLOUR, 0));
    expect(apply(inSequence([]), input, COLOUR, 0)).toEqual(input);
    // Noise on top of a hidden square is not black, a square hidden on top of noise is.
    const noise = build(gaussianNoise);
    const hide = build(cutout, { size: 32 });
    expect(apply(inSequence([noise, hide]), input, COLOUR, 0).some((value) => value > 0)).toBe(false);
    expect(apply(inSequence([hide, noise]), input, COLOUR, 0).some((value) => value > 0)).toBe(true);
  });

  it('oneOf draws each equally often', () => {
    const results = applyMany(oneOf([mirror, upside, inSequence([])]), input, COLOUR, 900);
    for (const expected of [apply(mirror, input, COLOUR, 0), apply(upside, input, COLOUR, 0), input]) {
      const count = results.filter((output) => same(output, expected)).length;
      expect(Math.abs(count - 300)).toBeLessThan(4 * Math.sqrt((900 * 2) / 9));
    }
    expect(() => oneOf([])).toThrow(/oneOf: received no augmentations, valid: one or more/);
  });

  it('fills in the options of every transformation, so that they are part of run ids', () => {
    const parsed = parseOptions(policy, { sequences: [['cutout', { name: 'crop', options: { size: 9 } }]] });
    expect(parsed).toEqual({
      sequences: [
        [
          { name: 'cutout', options: { size: 10 } },
          { name: 'crop', options: { size: 9 } },
        ],
      ],
      tiles: { rows: 1, columns: 1 },
    });
    expect(parseOptions(policy, parsed)).toEqual(parsed);
  });

  it('is the composition of its transformations', () => {
    const flips = { probability: 1 };
    const built = build(policy, {
      sequences: [
        [
          { name: 'horizontal-flip', options: flips },
          { name: 'vertical-flip', options: flips },
        ],
      ],
    });
    expect(apply(built, input, COLOUR, 4)).toEqual(reversePixels(input));
  });

  it.each([
    [{ sequences: [] }, /option 'sequences'/],
    [
      { sequences: [['rotate']] },
      /option 'sequences\.0\.0': received "rotate", valid: affine, colour-jitter, crop/,
    ],
    [
      { sequences: [[{ name: 'crop', options: { size: 0 } }]] },
      /augmentation 'crop': option 'size': received 0/,
    ],
    [{ sequences: [[7]] }, /option 'sequences\.0\.0': received 7, valid: a name, or an object/],
    [{ tiles: { rows: 0 } }, /option 'tiles\.rows': received 0/],
  ])('refuses %j', (options, message) => {
    expect(() => parseOptions(policy, options)).toThrow(ConfigurationError);
    expect(() => parseOptions(policy, options)).toThrow(message);
  });

  it('augments before tiling', () => {
    const tiling = tile.build(parseOptions(tile, { rows: 2, columns: 3 }));
    const wide = tiling.shape(COLOUR);
    const tiled = (image: Uint8Array) => {
      const output = new Uint8Array(imageSize(wide));
      tiling.apply(image, output, COLOUR);
      return output;
    };
    const options = { sequences: [['rotation', 'gaussian-noise'], ['crop'], []] };
    const onTiles = build(policy, { ...options, tiles: { rows: 2, columns: 3 } });
    for (let seed = 0; seed < 6; seed++) {
      expect(apply(onTiles, tiled(input), wide, seed)).toEqual(
        tiled(apply(build(policy, options), input, COLOUR, seed)),
      );
    }
  });

  it('refuses images that are not made of such tiles', () => {
    const built = perTile(mirror, { rows: 2, columns: 2 });
    expect(() => apply(built, input, COLOUR, 0)).toThrow(DataError);
    expect(() => apply(built, input, COLOUR, 0)).toThrow(/image of 32x32x3 whose 2x2 tiles differ/);
    const odd = { height: 9, width: 8, channels: 1 };
    expect(() => apply(built, picture(odd), odd, 0)).toThrow(/received 2x2 for images of 9x8x1/);
  });
});

describe('images that do not fit', () => {
  const small = { height: 9, width: 30, channels: 3 };

  it.each([crop, cutout])('$name refuses images smaller than its square', (augmentation) => {
    const built = build<unknown>(augmentation as Augmentation);
    expect(() => apply(built, picture(small), small, 0)).toThrow(ConfigurationError);
    expect(() => apply(built, picture(small), small, 0)).toThrow(
      /option 'size': received \d+ for images of 9x30x3, valid: at most 9/,
    );
  });

  it.each([colourJitter, greyScale])(
    '$name refuses images that are neither grey nor coloured',
    (augmentation) => {
      const shape = { height: 4, width: 4, channels: 4 };
      const built = build<unknown>(augmentation as Augmentation);
      expect(() => apply(built, picture(shape), shape, 0)).toThrow(
        /received images of 4x4x4, valid: 1 channel/,
      );
    },
  );

  it('affine refuses a range whose ends are swapped', () => {
    expect(() => parseOptions(affine, { scale: [1.5, 0.5] })).toThrow(/option 'scale'.*the lower one first/);
  });
});

/** The image turned by half a circle. */
function reversePixels(image: Uint8Array): Uint8Array {
  return Uint8Array.from(image, (_, i) => image[image.length - 3 - (i - (i % 3)) + (i % 3)]!);
}

/** All orders of the numbers below `count`. */
function orders(count: number): number[][] {
  if (count === 0) return [[]];
  return orders(count - 1).flatMap((order) =>
    Array.from({ length: count }, (_, at) => order.toSpliced(at, 0, count - 1)),
  );
}
