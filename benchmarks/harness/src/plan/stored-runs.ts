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

function keyOfPlanned(run: PlannedRun): string {
  const { dataset, method, latentSize, backend, seed, training, lossNetwork, evaluators, headline } = run;
  return canonicalJson([
    [dataset, method, lossNetwork],
    [latentSize, backend, seed],
    [training, evaluators, headline],
  ]);
}

function keyOfStored({ settings }: RunResult): string {
  const { dataset, method, latentSize, backend, seed, training, lossNetwork, evaluators, headline } =
    settings;
  const { checksum: _checksum, ...usedDataset } = dataset;
  const use = ({ name, version, options }: RunResult['settings']['method']) => ({ name, version, options });
  return canonicalJson([
    [usedDataset, method, lossNetwork && use(lossNetwork)],
    [latentSize, backend, seed],
    [training, evaluators, headline],
  ]);
}
