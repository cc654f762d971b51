import { ConfigurationError, DataError } from '@paretrain/core';
import { listAllCosts, listResults, listSuites, type CostResult, type RunResult } from '@paretrain/store';
import { hostOf } from '../cost/host.ts';
import type { PluginRegistry } from '../registry/registry.ts';
import type { RunFolders } from '../run/messages.ts';
import type { MeasuredStep } from './measured-step.ts';
import { workOfStored, type RunWork } from './run-work.ts';

/** A finished run, with what it did and how long each part took. */
export interface TimedRun {
  readonly id: string;
  readonly work: RunWork;
  readonly host: string;
  /** Epochs that were trained; 0 for a method that takes no steps. */
  readonly epochs: number;
  readonly parameters: number;
  /** Seconds by phase, which add up to `total`; `other` is what no phase covers, such as writing checkpoints. */
  readonly phases: Readonly<Record<string, number>>;
  readonly total: number;
}

/** Everything that has been measured and that an estimate may rest on. */
export interface Evidence {
  readonly runs: readonly TimedRun[];
  readonly costs: readonly CostResult[];
  /** Steps that were timed for this estimate. */
  readonly steps: readonly MeasuredStep[];
}

/** Timings that are sums of others. */
const SUMS = ['total', 'toBestEpoch'];

/** Reads every stored run and cost of a results folder; damaged files are passed over. */
export async function gatherEvidence(
  { results: resultsRoot, data }: RunFolders,
  registry: PluginRegistry,
): Promise<Evidence> {
  const runs: TimedRun[] = [];
  for (const suite of await listSuites(resultsRoot)) {
    for (const result of await listResults(resultsRoot, suite)) {
      const run = await timedRun(result, registry, data);
      if (run) runs.push(run);
    }
  }
  return { runs, costs: await listAllCosts(resultsRoot), steps: [] };
}

/** Null for a run that failed, or whose plugins or data are not here (any more, or with other options). */
async function timedRun(
  result: RunResult,
  registry: PluginRegistry,
  data: string | null,
): Promise<TimedRun | null> {
  const { total } = result.timings;
  if (result.failure || total === undefined) return null;
  const work = await workOfStored(result, registry, data).catch((error: unknown) => {
    if (error instanceof DataError || error instanceof ConfigurationError) return null;
    throw error;
  });
  if (!work) return null;
  const parts = Object.entries(result.timings).filter(([phase]) => !SUMS.includes(phase));
  const known = parts.reduce((sum, [, seconds]) => sum + seconds, 0);
  return {
    id: result.id,
    work,
    host: hostOf(result.environment),
    epochs: result.epochs.run,
    parameters: result.parameters,
    phases: { ...Object.fromEntries(parts), other: Math.max(0, total - known) },
    total,
  };
}
