import { Rng } from '@paretrain/core';
import { median, quantileSorted, sampleWithReplacement } from 'simple-statistics';

const SAMPLES = 2000;

export interface Estimate {
  readonly value: number;
  /** 95 %, bootstrap over rounds. */
  readonly interval95: readonly [number, number];
}

/**
 * A figure made of the medians of several series, with a bootstrap interval over rounds: values of one round stay together. The
 * random numbers are fixed, so the same times give the same interval.
 * @param series as many values each as there were rounds, at least one
 */
export function estimate(
  series: readonly (readonly number[])[],
  figure: (medians: readonly number[]) => number,
): Estimate {
  const rng = Rng.stream(0, 'bootstrap');
  const rounds = series[0]!.map((_, i) => i);
  const of = (picked: readonly number[]): number =>
    figure(series.map((values) => median(picked.map((i) => values[i]!))));
  const samples = Array.from({ length: SAMPLES }, () =>
    of(sampleWithReplacement(rounds, rounds.length, () => rng.uniform())),
  ).sort((a, b) => a - b);
  return { value: of(rounds), interval95: [quantileSorted(samples, 0.025), quantileSorted(samples, 0.975)] };
}

/** Ratio of two series' medians. */
export function ratio(numerator: readonly number[], denominator: readonly number[]): Estimate {
  return estimate([numerator, denominator], ([a, b]) => a! / b!);
}
