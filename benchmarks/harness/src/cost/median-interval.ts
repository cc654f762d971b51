import { ConfigurationError } from '@paretrain/core';
import { binomialDistribution, median } from 'simple-statistics';

export interface MedianInterval {
  readonly median: number;
  readonly interval95: readonly [number, number];
}

/** Fewest independent values whose extremes enclose their median with at least 95 % confidence: 1 - 2 / 2^6. */
export const MINIMUM_ROUNDS = 6;

/**
 * The distribution-free confidence interval of a median, of at least 95 % and as short as that allows: the k-th
 * smallest and k-th largest value, with the largest k for which a binomial(n, 1/2) variable is below k with a
 * probability of at most 2.5 % (Conover, Practical Nonparametric Statistics, section 3.2).
 * @throws {ConfigurationError} on fewer than six values, whose range covers less
 */
export function medianInterval(values: readonly number[]): MedianInterval {
  if (values.length < MINIMUM_ROUNDS) {
    throw new ConfigurationError(
      `95 % interval of a median: received ${values.length} values, valid: at least ${MINIMUM_ROUNDS}`,
    );
  }
  const sorted = [...values].sort((a, b) => a - b);
  const k = rank(sorted.length);
  return { median: median(sorted), interval95: [sorted[k - 1]!, sorted[sorted.length - k]!] };
}

function rank(n: number): number {
  const probabilities = binomialDistribution(n, 0.5) ?? [];
  let below = 0;
  let k = 0;
  while (below + (probabilities[k] ?? 0) <= 0.025) below += probabilities[k++] ?? 0;
  return k;
}

/**
 * The median of all steps of interleaved rounds. Steps of one round share what the machine was doing then and are not
 * independent, so the interval is that of the rounds' medians, widened to the steps' median where it lies outside.
 */
export function roundsInterval(rounds: readonly (readonly number[])[]): MedianInterval {
  const middle = median(rounds.flat());
  const [low, high] = medianInterval(rounds.map((round) => median([...round]))).interval95;
  return { median: middle, interval95: [Math.min(low, middle), Math.max(high, middle)] };
}
