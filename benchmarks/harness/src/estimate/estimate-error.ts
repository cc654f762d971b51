import { median } from 'simple-statistics';
import type { Evidence, TimedRun } from './evidence.ts';
import { predictRun } from './predict-run.ts';

/** How far the estimate is from what stored runs took; no run is ever predicted from itself. */
export interface EstimateError {
  /** Stored runs that could be predicted. */
  readonly runs: number;
  /** Median of |predicted - taken| / taken, each from step costs and all other runs. */
  readonly median: number;
  /** The same, each from step costs and the runs of other methods alone: as for a method that was never run. */
  readonly medianOfNewMethods: number | null;
}

/** Null where nothing can be predicted. */
export function estimateError(evidence: Evidence): EstimateError | null {
  const errors = errorsOf(evidence, (run, other) => other !== run);
  if (errors.length === 0) return null;
  const unseen = errorsOf(evidence, (run, other) => other.work.methodKey !== run.work.methodKey);
  return {
    runs: errors.length,
    median: median(errors),
    medianOfNewMethods: unseen.length > 0 ? median(unseen) : null,
  };
}

function errorsOf(evidence: Evidence, mayUse: (run: TimedRun, other: TimedRun) => boolean): number[] {
  return evidence.runs.flatMap((run) => {
    const runs = evidence.runs.filter((other) => mayUse(run, other));
    const predicted = predictRun(run.work, { ...evidence, runs }, run.host);
    return predicted ? [Math.abs(predicted.total - run.total) / run.total] : [];
  });
}
