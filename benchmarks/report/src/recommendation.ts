import type { Group, MethodSummary } from './group.ts';

/** Which of a group's methods to choose, by the rule of one standard error (Breiman et al. 1984, section 3.4.3). */
export interface Recommendation {
  /** Best by the mean over seeds. */
  readonly best: MethodSummary;
  /** Standard error of the best one's mean, in the metric's unit; null for one seed. */
  readonly standardError: number | null;
  /** The cheapest whose mean is at most that much worse, the best itself where it is cheapest; null where no costs can be compared or no error is known. */
  readonly cheapest: MethodSummary | null;
  /** On the front, dearer than the cheapest and cheaper than the best, cheapest first. */
  readonly between: readonly MethodSummary[];
}

/** @returns null where no method has a result */
export function recommend({ methods, front, quality }: Group): Recommendation | null {
  const best = methods.find((summary) => summary.quality);
  if (!best?.quality || !quality) return null;
  const { mean, deviation, n } = best.quality;
  if (deviation === null) return { best, standardError: null, cheapest: null, between: [] };
  const standardError = deviation / Math.sqrt(n);
  // Without a front there are no costs to compare.
  const priced = front.length > 0 ? methods.filter((summary) => summary.seconds) : [];
  const asGood = priced.filter(
    (summary) => summary.quality && Math.abs(summary.quality.mean - mean) <= standardError,
  );
  const cheapest = asGood.sort((a, b) => secondsOf(a) - secondsOf(b))[0] ?? null;
  const between =
    cheapest && best.seconds
      ? front.filter(
          (summary) => secondsOf(summary) > secondsOf(cheapest) && secondsOf(summary) < secondsOf(best),
        )
      : [];
  return { best, standardError, cheapest, between };
}

function secondsOf({ seconds }: MethodSummary): number {
  return seconds?.value ?? Infinity;
}
