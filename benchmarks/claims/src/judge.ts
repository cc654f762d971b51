import {
  MissingEvidence,
  type Claim,
  type ClaimRow,
  type Comparison,
  type Effect,
  type Evidence,
} from '@paretrain/core';
import tCdf from '@stdlib/stats-base-dists-t-cdf';
import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import { watchRows } from './watch-rows.ts';

/** What was found about a comparison. */
export interface JudgedComparison {
  readonly what: string;
  readonly unit: string;
  readonly holds: Comparison['holds'];
  /** Null where evidence is missing. */
  readonly effect: {
    readonly value: number;
    /** 95 % interval. */
    readonly interval: readonly [number, number];
    /** Seeds; null for a value that was measured apart from them. */
    readonly seeds: number | null;
  } | null;
  readonly outcome: 'holds' | 'fails' | 'open';
  /** What is missing. */
  readonly missing: string | null;
  /** Whose runs it was judged on, or which were looked for until something was missing. */
  readonly rows: readonly ClaimRow[];
}

export type Verdict = 'reproduced' | 'contradicted' | 'undetermined';

/** What was found about a claim. */
export interface JudgedClaim {
  readonly id: string;
  readonly statement: string;
  readonly source: string;
  readonly reading: string | null;
  readonly verdict: Verdict;
  readonly comparisons: readonly JudgedComparison[];
  /** What is missing for a verdict, such as runs, a data set or more seeds; empty where there is one. */
  readonly missing: readonly string[];
}

/** Half of what is left outside a 95 % interval. */
const LEVEL = 0.025;

/** Degrees of freedom of the normal distribution, as far as numbers tell. */
const NORMAL = 1e6;

/**
 * Judges a claim. It is reproduced when the 95 % interval of every comparison's effect lies where it has to (all have to hold, so none
 * needs a correction), contradicted when one lies outside by Holm's procedure over the claim's comparisons (one that fails is enough, and of
 * many one will by chance), undetermined otherwise. One seed decides nothing.
 */
export function judgeClaim(
  { id, statement, source, reading, comparisons }: Claim,
  evidence: Evidence,
): JudgedClaim {
  const weighed = comparisons.map((comparison) => weigh(comparison, evidence));
  const failing = holm(weighed.map(({ outside }) => outside));
  const judged = weighed.map(({ inside, outside: _outside, ...rest }, i): JudgedComparison => {
    const outcome = failing[i] ? 'fails' : inside ? 'holds' : 'open';
    return { ...rest, outcome };
  });
  const verdict = judged.some(({ outcome }) => outcome === 'fails')
    ? 'contradicted'
    : judged.length > 0 && judged.every(({ outcome }) => outcome === 'holds')
      ? 'reproduced'
      : 'undetermined';
  const missing = verdict === 'undetermined' ? [...new Set(judged.flatMap(lacking))] : [];
  return { id, statement, source, reading: reading ?? null, verdict, comparisons: judged, missing };
}

/** What an open comparison would need. */
function lacking({ what, outcome, effect, missing }: JudgedComparison): string[] {
  if (outcome !== 'open') return [];
  if (!effect) return missing === null ? [] : [missing];
  const more =
    effect.seeds === null ? 'a measurement with a shorter interval' : `more than ${effect.seeds} seeds`;
  return [`${more} to settle: ${what}`];
}

interface Weighed extends Omit<JudgedComparison, 'outcome'> {
  /** Whether the 95 % interval lies where the claim wants it. */
  readonly inside: boolean;
  /** Probability of an effect so far outside where the true one is not; 1 where nothing is known. */
  readonly outside: number;
}

function weigh({ what, unit, holds, effect: measure }: Comparison, evidence: Evidence): Weighed {
  const watched = watchRows(evidence);
  const unknown = (missing: string) => ({
    ...{ what, unit, holds, missing, effect: null },
    ...{ inside: false, outside: 1, rows: watched.rows() },
  });
  let effect: Effect;
  try {
    effect = measure(watched.evidence);
  } catch (error) {
    if (!(error instanceof MissingEvidence)) throw error;
    return unknown(error.message);
  }
  const summary = summarise(effect);
  if (summary === null) return unknown(`a second seed of: ${what}`);
  const { value, error, degrees, half } = summary;
  const interval = [value - half, value + half] as const;
  const { above = -Infinity, below = Infinity } = holds;
  const inside = interval[0] > above && interval[1] < below;
  // How far the value lies outside, in standard errors.
  const distance = Math.max(above - value, value - below);
  const outside = distance <= 0 ? 1 : error === 0 ? 0 : 1 - tCdf(distance / error, degrees);
  const seeds = 'interval' in effect ? null : effect.size;
  const rows = watched.rows();
  return { what, unit, holds, effect: { value, interval, seeds }, inside, outside, missing: null, rows };
}

/** Mean, standard error, degrees of freedom and half the 95 % interval; null where one value shows no spread. */
function summarise(effect: Effect): { value: number; error: number; degrees: number; half: number } | null {
  if ('interval' in effect) {
    const half = (effect.interval[1] - effect.interval[0]) / 2;
    return { value: effect.value, error: half / tQuantile(1 - LEVEL, NORMAL), degrees: NORMAL, half };
  }
  const values = [...effect.values()];
  const n = values.length;
  if (n < 2) return null;
  const value = values.reduce((sum, one) => sum + one, 0) / n;
  const squares = values.reduce((sum, one) => sum + (one - value) ** 2, 0);
  const error = Math.sqrt(squares / (n - 1) / n);
  return { value, error, degrees: n - 1, half: tQuantile(1 - LEVEL, n - 1) * error };
}

/** Which hypotheses Holm's procedure (1979) rejects. */
function holm(probabilities: readonly number[]): boolean[] {
  const rejected = probabilities.map(() => false);
  const order = [...probabilities.keys()].sort((a, b) => probabilities[a]! - probabilities[b]!);
  for (const [step, i] of order.entries()) {
    if (probabilities[i]! > LEVEL / (order.length - step)) break;
    rejected[i] = true;
  }
  return rejected;
}
