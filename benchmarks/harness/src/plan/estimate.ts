import { listResults, type RunResult } from '@paretrain/store';
import type { Plan, PlannedRun } from './plan.ts';

export interface Estimate {
  /** Wall-clock seconds of all runs that are not stored yet, cost and report excluded. */
  readonly seconds: number;
  /** What it rests on. */
  readonly basis: 'earlier runs on this machine' | 'the profile, timed elsewhere';
  /** Estimated seconds of one run of each method. */
  readonly perMethod: ReadonlyMap<string, number>;
}

/**
 * How long `runs` will take: from earlier runs of the same suite, profile, data options and method under the results
 * folder, or else from the figure that the profile states.
 */
export async function estimateRuns(
  plan: Plan,
  runs: readonly PlannedRun[],
  resultsRoot: string,
  workers: number,
): Promise<Estimate> {
  const stored = await listResults(resultsRoot, plan.suite.name);
  const { expected } = plan.settings;
  const matrix = plan.settings.methods.length * plan.settings.latentSizes.length * plan.settings.seeds;
  const stated = (expected.seconds * expected.cores) / Math.max(1, matrix * plan.settings.datasets.length);
  const perMethod = new Map<string, number>();
  let measured = runs.length > 0;
  let total = 0;
  for (const run of runs) {
    const own = secondsOf(stored, run);
    if (own === null) measured = false;
    const seconds = own ?? stated;
    perMethod.set(run.method.name, seconds);
    total += seconds;
  }
  return {
    seconds: total / Math.max(1, Math.min(workers, runs.length)),
    basis: measured ? 'earlier runs on this machine' : 'the profile, timed elsewhere',
    perMethod,
  };
}

/** Median total seconds of stored runs that did the same amount of work. */
function secondsOf(stored: readonly RunResult[], run: PlannedRun): number | null {
  const seconds = stored
    .filter(
      (result) =>
        !result.failure &&
        result.profile === run.profile &&
        result.method === run.method.name &&
        result.latentSize === run.latentSize &&
        result.backend.name === run.backend &&
        JSON.stringify(result.settings.training) === JSON.stringify(run.training) &&
        JSON.stringify(result.settings.dataset.options) === JSON.stringify(run.dataset.options),
    )
    .map((result) => result.timings['total'])
    .filter((value) => value !== undefined)
    .sort((a, b) => a - b);
  return seconds.length ? seconds[Math.floor(seconds.length / 2)]! : null;
}
