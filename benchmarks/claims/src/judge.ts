import { MissingEvidence, type Claim, type ClaimRow, type Comparison, type Evidence } from '@paretrain/core';
import { atEverySize } from './at-every-size.ts';
import { watchRows } from './watch-rows.ts';
import { holm, weigh } from './weigh.ts';

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

/**
 * Judges a claim. It is reproduced when the 95 % interval of every comparison's effect lies where it has to (all have to hold, so none
 * needs a correction), contradicted when one lies outside by Holm's procedure over the claim's comparisons (one that fails is enough, and of
 * many one will by chance), undetermined otherwise. One seed decides nothing.
 */
export function judgeClaim(
  { id, statement, source, reading, comparisons }: Claim,
  evidence: Evidence,
): JudgedClaim {
  const weighed = comparisons
    .flatMap((comparison) => atEverySize(comparison, evidence))
    .map((comparison) => weighComparison(comparison, evidence));
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

interface WeighedComparison extends Omit<JudgedComparison, 'outcome'> {
  readonly inside: boolean;
  readonly outside: number;
}

function weighComparison(
  { what, unit, holds, effect: measure }: Comparison,
  evidence: Evidence,
): WeighedComparison {
  const watched = watchRows(evidence);
  const unknown = (missing: string) => ({
    ...{ what, unit, holds, missing, effect: null },
    ...{ inside: false, outside: 1, rows: watched.rows() },
  });
  try {
    const weighed = weigh(measure(watched.evidence), holds);
    if (weighed === null) return unknown(`a second seed of: ${what}`);
    const { value, interval, seeds, inside, outside } = weighed;
    const rows = watched.rows();
    return { what, unit, holds, effect: { value, interval, seeds }, inside, outside, missing: null, rows };
  } catch (error) {
    if (!(error instanceof MissingEvidence)) throw error;
    return unknown(error.message);
  }
}
