import { describe, expect, it } from 'vitest';
import { estimate, ratio } from '../src/measure/estimate.ts';
import { isCertain, verdictOf, type Bar } from '../src/row.ts';

describe('estimate', () => {
  it('is the figure of the medians, with an interval that holds it', () => {
    const ours = [11, 10, 12, 10.5, 30, 11.5];
    const theirs = [10, 10, 10, 10, 10, 10];
    const { value, interval95 } = ratio(ours, theirs);
    expect(value).toBeCloseTo(1.125, 12);
    // One disturbed round in six moves the interval, not the figure.
    expect(interval95[0]).toBeGreaterThanOrEqual(1);
    expect(interval95[0]).toBeLessThan(1.1);
    expect(interval95[1]).toBeGreaterThan(1.125);
    expect(ratio(ours, theirs)).toEqual({ value, interval95 });
  });

  it('keeps the rounds of all series together', () => {
    // The machine slows both down alike: the ratio is 2 in every round.
    const slow = [1, 5, 2, 9, 4];
    expect(ratio(slow.map((x) => 2 * x), slow)).toEqual({ value: 2, interval95: [2, 2] }); // prettier-ignore
    expect(estimate([slow, slow, slow], ([a, b, c]) => a! + b! - c!).value).toBe(4);
  });

  it('covers the true ratio about as often as it says', () => {
    let state = 1;
    const uniform = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    const normal = (): number => Array.from({ length: 12 }, uniform).reduce((a, b) => a + b) - 6;
    const series = (mean: number): number[] => Array.from({ length: 15 }, () => mean * (1 + 0.05 * normal()));
    const trials = 60;
    const hits = Array.from({ length: trials }, () => ratio(series(12), series(10))).filter(
      ({ interval95: [low, high] }) => low <= 1.2 && 1.2 <= high,
    );
    expect(hits.length / trials).toBeGreaterThan(0.85);
  });
});

describe('verdict', () => {
  const time: Bar = { relation: '<=', value: 1.1, goal: 0.95 };
  const speed: Bar = { relation: '>=', value: 1.6 };

  it.each([
    [time, 0.95, 'goal'],
    [time, 0.96, 'held'],
    [time, 1.1, 'held'],
    [time, 1.11, 'missed'],
    [speed, 1.6, 'held'],
    [speed, 3, 'held'],
    [speed, 1.59, 'missed'],
  ] as const)('of %j at %d is %s', (bar, figure, verdict) => {
    expect(verdictOf(bar, figure)).toBe(verdict);
  });

  it('is certain where the interval does not reach over the bar', () => {
    const certain = (bar: Bar, low: number, high: number): boolean =>
      isCertain(bar, { value: (low + high) / 2, interval95: [low, high] });
    expect(certain(time, 1, 1.1)).toBe(true);
    expect(certain(time, 1.11, 1.2)).toBe(true);
    expect(certain(time, 1.05, 1.15)).toBe(false);
    expect(certain(speed, 1.6, 2)).toBe(true);
    expect(certain(speed, 1.4, 1.5)).toBe(true);
    expect(certain(speed, 1.5, 1.7)).toBe(false);
  });
});
