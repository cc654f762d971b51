import { DataError } from '@paretrain/core';
import { describe, expect, it } from 'vitest';

import { estimate, halfWidth, overlap, ratioBounds } from '../src/index.ts';

describe('estimate', () => {
  // Student's t has closed quantiles for one and two degrees of freedom.
  const quantileOf1 = Math.tan(Math.PI * 0.475);
  const quantileOf2 = 0.95 * Math.sqrt(2 / (4 * 0.975 * 0.025));

  it('gives the textbook mean, sample deviation and t-interval', () => {
    const two = estimate([4, 6]);
    expect(two.deviation).toBeCloseTo(Math.SQRT2, 12);
    expect(two.interval?.[0]).toBeCloseTo(5 - quantileOf1, 7);
    const three = estimate([9, 10, 11]);
    expect(three).toMatchObject({ n: 3, mean: 10, deviation: 1 });
    expect(three.interval?.[1]).toBeCloseTo(10 + quantileOf2 / Math.sqrt(3), 8);
    expect(halfWidth(three)).toBeCloseTo(4.3026527299 / Math.sqrt(3), 8);
  });

  it('has no interval for one seed and a point for equal ones', () => {
    expect(estimate([3])).toMatchObject({ n: 1, mean: 3, deviation: null, interval: null });
    expect(halfWidth(estimate([3]))).toBeNull();
    expect(estimate([2, 2, 2]).interval).toEqual([2, 2]);
  });

  it('refuses no values and values that are not finite', () => {
    expect(() => estimate([])).toThrow(DataError);
    expect(() => estimate([1, NaN])).toThrow(/received NaN/);
  });
});

describe('intervals', () => {
  it('overlap when they share a point', () => {
    expect(overlap([1, 2], [2, 3])).toBe(true);
    expect(overlap([1, 2], [2.1, 3])).toBe(false);
  });

  it('bound a ratio from both ends, unless one reaches zero', () => {
    expect(ratioBounds([2, 4], [1, 2])).toEqual([1, 4]);
    expect(ratioBounds([2, 4], [0, 2])).toBeNull();
    expect(ratioBounds([-1, 4], [1, 2])).toBeNull();
  });
});
