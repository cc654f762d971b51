import { MissingEvidence, type BySeed, type MeasuredValue } from '@paretrain/core';

/** a - b in each seed that both have. */
export function difference(a: BySeed, b: BySeed): BySeed {
  return pairs(a, b, (x, y) => x - y);
}

/** a / b in each seed that both have. */
export function ratio(a: BySeed, b: BySeed): BySeed {
  return pairs(a, b, (x, y) => x / y);
}

/** The largest of several in each seed that all have. */
export function largest(...all: readonly BySeed[]): BySeed {
  return all.reduce((a, b) => pairs(a, b, Math.max));
}

/** The smallest of several in each seed that all have. */
export function smallest(...all: readonly BySeed[]): BySeed {
  return all.reduce((a, b) => pairs(a, b, Math.min));
}

/** Every seed's value, times a factor that is the same for all. */
export function scaled(values: BySeed, factor: number): BySeed {
  return new Map([...values].map(([seed, value]) => [seed, value * factor]));
}

/** The mean of several in each seed that all have. */
export function average(...all: readonly BySeed[]): BySeed {
  return new Map(
    commonSeeds(all).map((seed) => [
      seed,
      all.reduce((sum, values) => sum + values.get(seed)!, 0) / all.length,
    ]),
  );
}

/**
 * The mean of several measured values; their errors are taken as independent, so halves of intervals add by squares.
 */
export function meanOf(...all: readonly MeasuredValue[]): MeasuredValue {
  const value = all.reduce((sum, one) => sum + one.value, 0) / all.length;
  const half = Math.hypot(...all.map(({ interval: [low, high] }) => (high - low) / 2)) / all.length;
  return { value, interval: [value - half, value + half] };
}

/** a / b of measured values, their relative errors taken as independent. */
export function measuredRatio(a: MeasuredValue, b: MeasuredValue): MeasuredValue {
  const value = a.value / b.value;
  const relative = ({ value: own, interval: [low, high] }: MeasuredValue) => (high - low) / 2 / own;
  const half = value * Math.hypot(relative(a), relative(b));
  return { value, interval: [value - half, value + half] };
}

function pairs(a: BySeed, b: BySeed, combine: (x: number, y: number) => number): BySeed {
  return new Map(commonSeeds([a, b]).map((seed) => [seed, combine(a.get(seed)!, b.get(seed)!)]));
}

function commonSeeds(all: readonly BySeed[]): number[] {
  const [first, ...others] = all;
  const common = [...(first?.keys() ?? [])].filter((seed) => others.every((values) => values.has(seed)));
  if (common.length === 0) throw new MissingEvidence('runs that are compared have no seed in common');
  return common;
}
