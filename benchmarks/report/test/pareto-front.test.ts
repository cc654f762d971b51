import { DataError, Rng } from '@paretrain/core';
import { describe, expect, it } from 'vitest';

import { paretoFront } from '../src/index.ts';

const point = (name: string, cost: number, quality: number) => ({ name, cost, quality });
const names = (points: readonly { name: string }[]): string[] => points.map(({ name }) => name);

describe('paretoFront', () => {
  const points = [point('slow', 9, 2), point('cheap', 1, 8), point('middle', 4, 5), point('bad', 5, 6)];

  it('keeps what nothing dominates, cheapest first, in either direction', () => {
    expect(names(paretoFront(points, { higherIsBetter: false }))).toEqual(['cheap', 'middle', 'slow']);
    expect(names(paretoFront(points, { higherIsBetter: true }))).toEqual(['cheap']);
  });

  it('drops ties in one respect, keeps equals in both', () => {
    const tied = [point('a', 1, 5), point('same cost, worse', 1, 6), point('dearer, as good', 2, 5)];
    expect(names(paretoFront(tied, { higherIsBetter: false }))).toEqual(['a']);
    const twins = [point('a', 1, 5), point('twin', 1, 5)];
    expect(names(paretoFront(twins, { higherIsBetter: false }))).toEqual(['a', 'twin']);
  });

  it('refuses numbers that are not finite and names the point', () => {
    expect(() => paretoFront([point('broken', NaN, 1)], { higherIsBetter: true })).toThrow(DataError);
    expect(() => paretoFront([point('broken', 1, Infinity)], { higherIsBetter: true })).toThrow(/'broken'/);
    expect(paretoFront([], { higherIsBetter: true })).toEqual([]);
  });

  it('agrees with a sweep over sorted costs on random points', () => {
    const rng = Rng.stream(7, 'pareto');
    const many = Array.from({ length: 300 }, (_, index) => point(`${index}`, rng.uniform(), rng.uniform()));
    let lowest = Infinity;
    const swept = [...many]
      .sort((a, b) => a.cost - b.cost)
      .filter(({ quality }) => {
        const better = quality < lowest;
        lowest = Math.min(lowest, quality);
        return better;
      });
    expect(names(paretoFront(many, { higherIsBetter: false }))).toEqual(names(swept));
  });
});
