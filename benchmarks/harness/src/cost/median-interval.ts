import { binomialDistribution, median } from 'simple-statistics';

export interface MedianInterval {
  readonly median: number;
  readonly interval95: readonly [number, number];
}

/** Fewest values whose extremes enclose the median with 95 % confidence: 1 - 2 / 2^6. */
const FEWEST = 6;

/**
 * The median with its distribution-free 95 % confidence interval from order statistics (Conover, Practical
 * Nonparametric Statistics, section 3.2): the k-th smallest and k-th largest value, with the largest k for which a
 * binomial(n, 1/2) variable is below k with a probability of at most 2.5 %. With fewer than six values: their range,
 * which covers less than 95 %.
 */
export function medianInterval(values: readonly number[]): MedianInterval {
  const sorted = [...values].sort((a, b) => a - b);
  const k = rank(sorted.length);
  return { median: median(sorted), interval95: [sorted[k - 1]!, sorted[sorted.length - k]!] };
}

function rank(n: number): number {
  if (n < FEWEST) return 1;
  const probabilities = binomialDistribution(n, 0.5) ?? [];
  let below = 0;
  for (let k = 0; k < n; k++) {
    below += probabilities[k] ?? 0;
    if (below > 0.025) return Math.max(1, k);
  }
  return 1;
}

/**
 * The same for steps measured in interleaved rounds. Steps of one round share what the machine was doing then, so with
 * six rounds or more the interval is that of the rounds' medians; with fewer, of all steps.
 */
export function roundsInterval(rounds: readonly (readonly number[])[]): MedianInterval {
  const steps = rounds.flat();
  const medians = rounds.filter((round) => round.length).map((round) => median([...round]));
  const { interval95 } = medianInterval(medians.length >= FEWEST ? medians : steps);
  return { median: median(steps), interval95 };
}
