import { DataError } from '@paretrain/core';
import tQuantile from '@stdlib/stats-base-dists-t-quantile';

/** Mean of a metric over seeds. */
export interface Estimate {
  readonly n: number;
  readonly mean: number;
  /** Sample standard deviation (n - 1 in the denominator); null for one value. */
  readonly deviation: number | null;
  /** 95 % interval of the mean by Student's t; null for one value. */
  readonly interval: readonly [number, number] | null;
  readonly values: readonly number[];
}

/**
 * Mean, sample standard deviation and 95 % t-interval of the mean. The papers report the uncorrected deviation, which
 * is `deviation * sqrt((n - 1) / n)`.
 * @throws {DataError} on no values, or one that is not finite
 */
export function estimate(values: readonly number[]): Estimate {
  const n = values.length;
  if (n === 0) throw new DataError('estimate: received no values, expected at least one');
  const bad = values.find((value) => !Number.isFinite(value));
  if (bad !== undefined) throw new DataError(`estimate: received ${bad}, expected finite numbers`);
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { n, mean, deviation: null, interval: null, values };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / (n - 1));
  const half = (tQuantile(0.975, n - 1) * deviation) / Math.sqrt(n);
  return { n, mean, deviation, interval: [mean - half, mean + half], values };
}

/** Half the width of an estimate's interval, or null for one value. */
export function halfWidth(of: Estimate): number | null {
  return of.interval ? (of.interval[1] - of.interval[0]) / 2 : null;
}

export type Interval = readonly [number, number];

/** Whether two closed intervals share a point. */
export function overlap(a: Interval, b: Interval): boolean {
  return a[0] <= b[1] && b[0] <= a[1];
}

/**
 * Bounds of a / b when each lies anywhere in its interval (wider than a 95 % interval of the ratio); null unless both
 * are positive throughout.
 */
export function ratioBounds(a: Interval, b: Interval): Interval | null {
  if (!(a[0] > 0 && b[0] > 0)) return null;
  return [a[0] / b[1], a[1] / b[0]];
}
