import type { Comparison, Effect, SingleEffect } from '@paretrain/core';
import tCdf from '@stdlib/stats-base-dists-t-cdf';
import tQuantile from '@stdlib/stats-base-dists-t-quantile';

/** Half of what is left outside a 95 % interval. */
const LEVEL = 0.025;

/** Degrees of freedom of the normal distribution, as far as numbers tell. */
const NORMAL = 1e6;

/** An effect beside the range in which it has to lie. */
export interface Weighed {
  readonly value: number;
  /** 95 % interval. */
  readonly interval: readonly [number, number];
  /** Null for a value that was measured apart from seeds. */
  readonly seeds: number | null;
  /** Whether the effect lies in the range with 97.5 % confidence on either side. */
  readonly inside: boolean;
  /** Probability of an effect so far outside where the true one is not, in [0, 1]. */
  readonly outside: number;
}

type Range = Comparison['holds'];

/** Null where one seed shows no spread. */
export function weigh(effect: Effect, holds: Range): Weighed | null {
  return 'atLeast' in effect ? weighAtLeast(effect.of, effect.atLeast, holds) : weighOne(effect, holds);
}

/**
 * `needed` of the effects have to lie in the range: the one named is the `needed`-th when the effects are sorted by how far inside they
 * lie. Which ones they are was not chosen beforehand, so probabilities are those of a partial conjunction (Benjamini and Heller
 * 2008, with Bonferroni's inequality).
 */
function weighAtLeast(effects: readonly SingleEffect[], needed: number, holds: Range): Weighed | null {
  const spare = effects.length - needed + 1;
  const weighed = effects.map((effect) => weighOne(effect, holds, LEVEL / spare));
  if (weighed.includes(null)) return null;
  const all = (weighed as Weighed[]).sort((a, b) => depth(b.value, holds) - depth(a.value, holds));
  // Fewer than `needed` lie inside when `spare` lie outside.
  const outside = all.map((one) => one.outside).sort((a, b) => a - b)[spare - 1]!;
  return {
    ...all[needed - 1]!,
    inside: all.filter(({ inside }) => inside).length >= needed,
    outside: Math.min(1, needed * outside),
  };
}

function weighOne(effect: SingleEffect, holds: Range, level = LEVEL): Weighed | null {
  const summary = summarise(effect);
  if (summary === null) return null;
  const { value, error, degrees, seeds } = summary;
  const half = error * tQuantile(1 - LEVEL, degrees);
  const margin = error * tQuantile(1 - level, degrees);
  const distance = -depth(value, holds);
  return {
    value,
    interval: [value - half, value + half],
    seeds,
    inside: distance < -margin,
    outside: distance <= 0 ? 1 : error === 0 ? 0 : 1 - tCdf(distance / error, degrees),
  };
}

/** How far inside the range a value lies; below 0 outside. */
function depth(value: number, { above = -Infinity, below = Infinity }: Range): number {
  return Math.min(value - above, below - value);
}

interface Summary {
  readonly value: number;
  /** Standard error. */
  readonly error: number;
  readonly degrees: number;
  readonly seeds: number | null;
}

/** Null where one value shows no spread. */
function summarise(effect: SingleEffect): Summary | null {
  if ('interval' in effect) {
    const half = (effect.interval[1] - effect.interval[0]) / 2;
    const error = half / tQuantile(1 - LEVEL, NORMAL);
    return { value: effect.value, error, degrees: NORMAL, seeds: null };
  }
  const values = [...effect.values()];
  const n = values.length;
  if (n < 2) return null;
  const value = values.reduce((sum, one) => sum + one, 0) / n;
  const squares = values.reduce((sum, one) => sum + (one - value) ** 2, 0);
  return { value, error: Math.sqrt(squares / (n - 1) / n), degrees: n - 1, seeds: n };
}

/** Which hypotheses Holm's procedure (1979) rejects at the level of a 95 % interval's one side. */
export function holm(probabilities: readonly number[]): boolean[] {
  const rejected = probabilities.map(() => false);
  const order = [...probabilities.keys()].sort((a, b) => probabilities[a]! - probabilities[b]!);
  for (const [step, i] of order.entries()) {
    if (probabilities[i]! > LEVEL / (order.length - step)) break;
    rejected[i] = true;
  }
  return rejected;
}
