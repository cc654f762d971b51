import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import { mean, sampleVariance } from 'simple-statistics';

/** Two means of seeds beside each other. */
export interface Comparison {
  readonly ours: { readonly mean: number; readonly deviation: number };
  readonly theirs: { readonly mean: number; readonly deviation: number };
  /** Ours less theirs with its 95 % interval (Welch's). */
  readonly difference: number;
  readonly interval: readonly [number, number];
  /** Whether the seeds' spread explains the difference. */
  readonly agrees: boolean;
}

/** @param ours values by seed, two at least; so `theirs` */
export function compareSeeds(ours: readonly number[], theirs: readonly number[]): Comparison {
  const side = (values: readonly number[]) => {
    const variance = sampleVariance([...values]);
    return {
      mean: mean([...values]),
      deviation: Math.sqrt(variance),
      error: variance / values.length,
      degrees: values.length - 1,
    };
  };
  const [a, b] = [side(ours), side(theirs)];
  const error = a.error + b.error;
  // Welch and Satterthwaite's degrees of freedom.
  const degrees = error ** 2 / (a.error ** 2 / a.degrees + b.error ** 2 / b.degrees);
  const half = error === 0 ? 0 : tQuantile(0.975, degrees) * Math.sqrt(error);
  const difference = a.mean - b.mean;
  return {
    ours: { mean: a.mean, deviation: a.deviation },
    theirs: { mean: b.mean, deviation: b.deviation },
    difference,
    interval: [difference - half, difference + half],
    agrees: Math.abs(difference) <= half,
  };
}
