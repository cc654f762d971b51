import { PROFILES, type ProfileName } from '@paretrain/core';
import { canonicalJson, type RunResult } from '@paretrain/store';
import type { PlannedRun } from './plan.ts';

/**
 * The runs that have no result yet, as far as can be told before their data is on disk: a result counts whose settings
 * are the run's but for checksums. Failed runs are done again.
 */
export function withoutResult(
  runs: readonly PlannedRun[],
  results: readonly RunResult[],
): readonly PlannedRun[] {
  const stored = new Set(results.filter((result) => !result.failure).map(keyOfStored));
  return runs.filter((run) => !stored.has(keyOfPlanned(run)));
}

/** The profiles that have runs, the largest last. */
export function storedProfiles(results: readonly RunResult[]): ProfileName[] {
  return PROFILES.filter((name) => results.some(({ profile }) => profile === name));
}

/** One result for each point of the matrix: runs with earlier settings stay on disk and out of the report. */
export function newestOfEach(results: readonly RunResult[]): RunResult[] {
  const newest = new Map<string, RunResult>();
  for (const result of results) {
    const { dataset, method, variant, latentSize, backend, seed, settings } = result;
    const { transforms, subset } = settings.dataset;
    const network = settings.lossNetwork && [settings.lossNetwork.name, settings.lossNetwork.options];
    const data = [dataset.name, transforms, subset];
    const key = canonicalJson([data, method, variant ?? null, network, latentSize, backend.name, seed]);
    const other = newest.get(key);
    if (!other || other.finishedAt < result.finishedAt) newest.set(key, result);
  }
  return [...newest.values()];
}

function keyOfPlanned(run: PlannedRun): string {
  const { dataset, method, latentSize, backend, seed, training, lossNetwork, evaluators, headline } = run;
  return canonicalJson([
    [dataset, method, lossNetwork, run.augmentation],
    [latentSize, backend, seed],
    [training, evaluators, run.everyEpoch, headline],
  ]);
}

function keyOfStored({ settings }: RunResult): string {
  const { dataset, method, latentSize, backend, seed, training, lossNetwork, evaluators, headline } =
    settings;
  const { checksum: _checksum, ...usedDataset } = dataset;
  const use = ({ name, version, options }: RunResult['settings']['method']) => ({ name, version, options });
  return canonicalJson([
    [usedDataset, method, lossNetwork && use(lossNetwork), settings.augmentation ?? null],
    [latentSize, backend, seed],
    [training, evaluators, settings.everyEpoch ?? [], headline],
  ]);
}
