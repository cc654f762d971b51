import { readFileSync } from 'node:fs';
import { DataError, Rng, ShapeError } from '@paretrain/core';
import { formulaUniform } from '@paretrain/testing';
import { describe, expect, it } from 'vitest';
import { featureStatistics, frechetDistance, kernelDistance, type FeatureSet } from '../src/index.ts';

interface Case {
  readonly dimensions: number;
  readonly a: number[];
  readonly b: number[];
  readonly kernel: number;
  readonly frechet?: number;
}
interface FormulaCase {
  readonly counts: readonly [number, number];
  readonly dimensions: number;
  readonly frechet: number;
}
const fixture = JSON.parse(readFileSync(new URL('fixtures/distances.json', import.meta.url), 'utf8')) as {
  readonly cases: Record<string, Case>;
  readonly formulas: Record<string, FormulaCase>;
};
const cases = Object.entries(fixture.cases);

const sets = ({ dimensions, a, b }: Case): [FeatureSet, FeatureSet] => [
  { values: Float32Array.from(a), dimensions },
  { values: Float32Array.from(b), dimensions },
];
const normal = (count: number, dimensions: number, seed: number): FeatureSet => ({
  values: Rng.stream(seed, 'features').normalArray(count * dimensions),
  dimensions,
});
/** `formula_set` of scripts/make-distances-fixture.py: features that share 16 causes, with scales of two magnitudes. */
function formulaSet(name: string, count: number, dimensions: number, shift: number): FeatureSet {
  const own = formulaUniform(name, count * dimensions);
  const common = formulaUniform(`${name}, common`, count * 16);
  const values = Float64Array.from(own, (value, at) => {
    const [i, j] = [Math.floor(at / dimensions), at % dimensions];
    return (value + common[i * 16 + (j % 16)]! + shift * (j % 3)) * 10 ** ((-2 * j) / dimensions);
  });
  return { values, dimensions };
}

function formulaSets({ counts, dimensions }: FormulaCase): [FeatureSet, FeatureSet] {
  return [formulaSet('first', counts[0], dimensions, 0), formulaSet('second', counts[1], dimensions, 0.3)];
}

/** Overwrites features: every so-manieth one by `value`, which is given the features of its image. */
function replace(
  { values, dimensions }: FeatureSet,
  first: number,
  step: number,
  value: (before: number) => number,
) {
  for (let at = 0; at < values.length; at++) {
    const j = at % dimensions;
    if (j >= first && (j - first) % step === 0) values[at] = value(values[at - 1] ?? 0);
  }
}

const relative = (received: number, expected: number): number =>
  Math.abs(received - expected) / Math.abs(expected);

describe('Frechet distance', () => {
  const complete = cases.filter(([, { frechet }]) => frechet !== undefined);
  it.each(complete)("equals SciPy's: %s", (_, recorded) => {
    expect(relative(frechetDistance(...sets(recorded)), recorded.frechet!)).toBeLessThan(1e-6);
  });

  // Most of a minute on a slow machine.
  it("equals SciPy's with 2,048 features", { timeout: 600_000 }, () => {
    const recorded = fixture.formulas['2,048 features']!;
    expect(relative(frechetDistance(...formulaSets(recorded)), recorded.frechet)).toBeLessThan(1e-6);
  });

  it("equals LAPACK's where features never change or repeat others", () => {
    const recorded = fixture.formulas['features that never change or repeat others']!;
    const [a, b] = formulaSets(recorded);
    replace(a, 0, 5, () => 0.5);
    replace(b, 0, 7, () => 0.25);
    for (const set of [a, b]) replace(set, 9, 9, (before) => before);
    expect(relative(frechetDistance(a, b), recorded.frechet)).toBeLessThan(1e-6);
    expect(relative(frechetDistance(b, a), recorded.frechet)).toBeLessThan(1e-6);
  });

  it('takes statistics that were made before', () => {
    const [a, b] = [normal(50, 8, 1), normal(60, 8, 2)];
    const reference = featureStatistics(a);
    expect(reference).toMatchObject({ count: 50, dimensions: 8 });
    expect(frechetDistance(reference, b)).toBe(frechetDistance(a, b));
    expect(frechetDistance(b, reference)).toBe(frechetDistance(b, a));
    expect(() => frechetDistance(featureStatistics(normal(8, 8, 1)), b)).toThrow(
      'the first set has 8 images, 8 features need at least 9',
    );
    expect(() => frechetDistance(reference, normal(50, 7, 1))).toThrow(ShapeError);
    expect(() => frechetDistance(b, { ...reference, mean: new Float64Array(7) })).toThrow(
      'second set: statistics: received shape [7, 64], expected 8 means',
    );
    expect(() => frechetDistance({ ...reference, mean: new Float64Array(8).fill(NaN) }, b)).toThrow(
      'first set: the statistics hold a NaN',
    );
  });

  it('is zero for the same set, symmetric, and the square of a shift', () => {
    const a = normal(50, 8, 1);
    const b = normal(60, 8, 2);
    expect(frechetDistance(a, a)).toBeLessThan(1e-9);
    expect(relative(frechetDistance(a, b), frechetDistance(b, a))).toBeLessThan(1e-9);
    const shifted = { ...a, values: Float64Array.from(a.values, (value) => value + 3) };
    expect(frechetDistance(a, shifted)).toBeCloseTo(8 * 9, 6);
  });

  it('refuses sets that are too small for their features, with the number they need', () => {
    const enough = normal(9, 8, 1);
    expect(frechetDistance(enough, normal(9, 8, 2))).toBeGreaterThan(0);
    for (const pair of [
      [normal(8, 8, 1), enough, 'first'],
      [enough, normal(8, 8, 1), 'second'],
    ] as const) {
      const compute = () => frechetDistance(pair[0], pair[1]);
      expect(compute).toThrow(DataError);
      expect(compute).toThrow(`the ${pair[2]} set has 8 images, 8 features need at least 9`);
    }
  });
});

describe('kernel distance', () => {
  it.each(cases)('equals the estimate in float64: %s', (_, recorded) => {
    expect(relative(kernelDistance(...sets(recorded)), recorded.kernel)).toBeLessThan(1e-6);
  });

  it('is about zero for sets of one distribution, whatever their size, and not for others', () => {
    const mean =
      Array.from({ length: 40 }, (_, i) =>
        kernelDistance(normal(6, 8, 2 * i), normal(9, 8, 2 * i + 1)),
      ).reduce((sum, value) => sum + value, 0) / 40;
    const other = { ...normal(9, 8, 1), values: normal(9, 8, 1).values.map((value) => value + 1) };
    expect(Math.abs(mean)).toBeLessThan(0.5);
    expect(kernelDistance(normal(6, 8, 0), other)).toBeGreaterThan(2);
  });

  it('refuses a single image', () => {
    expect(() => kernelDistance(normal(1, 8, 1), normal(5, 8, 1))).toThrow(
      'kernel distance: the first set has 1 images, it needs at least 2',
    );
  });
});

describe.each([
  ['Frechet distance', frechetDistance],
  ['kernel distance', kernelDistance],
])('%s', (name, distance) => {
  it('refuses other features, rows that are not whole, and values that are not finite', () => {
    const a = normal(20, 4, 1);
    expect(() => distance(a, normal(20, 5, 1))).toThrow(
      `${name}: second set: received shape [5], expected 4 features`,
    );
    expect(() => distance(a, { values: new Float32Array(9), dimensions: 4 })).toThrow(ShapeError);
    const values = a.values.slice();
    values[7] = NaN;
    expect(() => distance({ ...a, values }, a)).toThrow(`${name}: first set: value 7 is NaN`);
  });
});
