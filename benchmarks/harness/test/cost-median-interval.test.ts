import { ConfigurationError, Rng } from '@paretrain/core';
import { describe, expect, it } from 'vitest';
import { MINIMUM_ROUNDS, medianInterval, roundsInterval } from '../src/cost/median-interval.ts';

describe('medianInterval', () => {
  // Ranks of the two order statistics of at least 95 %, as printed in tables of the sign test (two-sided, 5 %).
  it.each([
    [6, 1, 6],
    [8, 1, 8],
    [9, 2, 8],
    [10, 2, 9],
    [12, 3, 10],
    [15, 4, 12],
    [20, 6, 15],
    [25, 8, 18],
    [30, 10, 21],
    [50, 18, 33],
    [100, 40, 61],
  ])('of %i values lies between number %i and number %i', (n, low, high) => {
    const shuffled = [...Rng.stream(n, 'shuffle').permutation(n)].map((i) => i + 1);
    expect(medianInterval(shuffled)).toEqual({ median: (n + 1) / 2, interval95: [low, high] });
  });

  it('covers the true median at least 95 times in 100', () => {
    const rng = Rng.stream(7, 'coverage');
    const repetitions = 4000;
    let covered = 0;
    for (let i = 0; i < repetitions; i++) {
      // Skewed, as times are: the median of exp(normal) is 1.
      const times = Array.from({ length: 10 }, () => Math.exp(rng.normal()));
      const [low, high] = medianInterval(times).interval95;
      if (low <= 1 && 1 <= high) covered += 1;
    }
    // Exactly 1 - 2 (1 + 10) / 2^10 = 0.9785.
    expect(covered / repetitions).toBeCloseTo(0.9785, 1);
    expect(covered / repetitions).toBeGreaterThan(0.95);
  });

  it('refuses fewer values than can give 95 %', () => {
    expect(() => medianInterval([1, 2, 3, 4, 5])).toThrow(ConfigurationError);
    expect(() => medianInterval([1, 2, 3, 4, 5])).toThrow(/received 5 values, valid: at least 6/);
  });
});

describe('roundsInterval', () => {
  it('is as wide as the rounds differ, however many steps they have', () => {
    const rounds = [10, 20, 30, 40, 50, 60].map((base) => Array.from({ length: 50 }, () => base));
    expect(roundsInterval(rounds)).toEqual({ median: 35, interval95: [10, 60] });
    // Taken for 300 independent steps, it would pretend to know the median much better.
    expect(medianInterval(rounds.flat()).interval95).toEqual([30, 40]);
  });

  it('holds the median of all steps', () => {
    const rounds = [[1, 1, 9, 9, 9], [2], [2], [2], [2], [2], [2], [2], [2], [2]];
    const { median, interval95 } = roundsInterval(rounds);
    expect(interval95[0]).toBeLessThanOrEqual(median);
    expect(interval95[1]).toBeGreaterThanOrEqual(median);
  });

  it('needs six rounds', () => {
    expect(MINIMUM_ROUNDS).toBe(6);
    expect(() => roundsInterval([[1, 2, 3, 4, 5, 6, 7]])).toThrow(ConfigurationError);
  });
});
