import { readFileSync } from 'node:fs';
import { ConfigurationError, parseOptions, type ImageShape, type Transform } from '@paretrain/core';
import { testManifest, testTransform } from '@paretrain/testing';
import { describe, expect, it } from 'vitest';
import * as exported from '../src/index.ts';

const { pad, resize, threeChannels, tile } = exported;

testManifest(new URL('../package.json', import.meta.url), exported);
testTransform(tile);
testTransform(tile, { options: { rows: 1, columns: 3 } });
testTransform(pad);
testTransform(resize);
testTransform(resize, { options: { height: 5, width: 40, interpolation: 'nearest' } });
testTransform(resize, { options: { interpolation: 'bilinear', antialias: false } });
testTransform(threeChannels);

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a transform of any options
function apply(transform: Transform<any>, options: unknown, input: readonly number[], shape: ImageShape) {
  const built = transform.build(parseOptions(transform, options));
  const { height, width, channels } = built.shape(shape);
  const output = new Uint8Array(height * width * channels);
  built.apply(Uint8Array.from(input), output, shape);
  return [...output];
}

describe('tile', () => {
  it('repeats rows and columns', () => {
    expect(apply(tile, {}, [1, 2, 3, 4], { height: 2, width: 1, channels: 2 })).toEqual(
      [1, 2, 1, 2, 3, 4, 3, 4, 1, 2, 1, 2, 3, 4, 3, 4], // two channels
    );
    expect(apply(tile, { rows: 3, columns: 1 }, [1, 2], { height: 1, width: 2, channels: 1 })).toEqual([
      1, 2, 1, 2, 1, 2,
    ]);
  });
});

describe('pad', () => {
  it('puts images in the middle, what is left over below and to the right', () => {
    const options = { height: 3, width: 4 };
    expect(apply(pad, options, [9, 8], { height: 2, width: 1, channels: 1 })).toEqual([
      0, 9, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0,
    ]);
    expect(apply(pad, {}, Array<number>(28 * 28).fill(1), { height: 28, width: 28, channels: 1 })).toEqual(
      Array.from({ length: 32 * 32 }, (_, i) => {
        const [y, x] = [Math.floor(i / 32), i % 32];
        return y >= 2 && y < 30 && x >= 2 && x < 30 ? 1 : 0;
      }),
    );
  });

  it('refuses images that are larger', () => {
    const built = pad.build(parseOptions(pad, {}));
    expect(() => built.shape({ height: 33, width: 2, channels: 3 })).toThrow(ConfigurationError);
    expect(() => built.shape({ height: 33, width: 2, channels: 3 })).toThrow(
      /received images of 33x2x3, valid: at most 32x32/,
    );
  });
});

describe('three-channels', () => {
  it('repeats grey, keeps colours and refuses anything else', () => {
    expect(apply(threeChannels, {}, [4, 5], { height: 1, width: 2, channels: 1 })).toEqual([
      4, 4, 4, 5, 5, 5,
    ]);
    expect(apply(threeChannels, {}, [4, 5, 6], { height: 1, width: 1, channels: 3 })).toEqual([4, 5, 6]);
    const built = threeChannels.build({});
    expect(() => built.shape({ height: 1, width: 1, channels: 4 })).toThrow(/received images of 1x1x4/);
  });
});

interface Fixture {
  readonly image: { readonly height: number; readonly width: number; readonly bytes: readonly number[] };
  readonly cases: readonly {
    readonly by: string;
    readonly interpolation: string;
    readonly antialias: boolean;
    readonly height: number;
    readonly width: number;
    readonly bytes: readonly number[];
  }[];
}

describe('resize', () => {
  const { image, cases } = JSON.parse(
    readFileSync(new URL('fixtures/resized.json', import.meta.url), 'utf8'),
  ) as Fixture;

  it.each(cases)('is $by in $interpolation to $height x $width', ({ bytes, by: _by, ...options }) => {
    const result = apply(resize, options, image.bytes, { ...image, channels: 1 });
    const off = result.map((byte, i) => Math.abs(byte - bytes[i]!));
    // A value that lies half way between two bytes may be rounded to either.
    expect(Math.max(...off)).toBeLessThanOrEqual(1);
    expect(off.filter((difference) => difference > 0).length).toBeLessThanOrEqual(0.002 * off.length);
  });

  it('treats each channel by itself', () => {
    const grey = apply(resize, { height: 9, width: 12 }, image.bytes, { ...image, channels: 1 });
    const colours = image.bytes.flatMap((byte) => [byte, 255 - byte]);
    const both = apply(resize, { height: 9, width: 12 }, colours, { ...image, channels: 2 });
    expect(both.filter((_, i) => i % 2 === 0)).toEqual(grey);
    const inverse = both.filter((_, i) => i % 2 === 1);
    expect(Math.max(...inverse.map((byte, i) => Math.abs(byte + grey[i]! - 255)))).toBeLessThanOrEqual(1);
  });
});
