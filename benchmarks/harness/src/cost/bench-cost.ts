import type { PreparedDataset } from '@paretrain/core';
import { splitForValidation } from '@paretrain/core';
import { canonicalJson, readCost, writeCost, type CostResult } from '@paretrain/store';
import type { Reporter } from '../output/reporter.ts';
import type { Plan, PlannedRun } from '../plan/plan.ts';
import { datasetKey } from '../plan/ready.ts';
import type { RunFolders } from '../run/messages.ts';
import { cellId, type CostCell } from './cell.ts';
import { hostId } from './host.ts';
import { measureCost } from './measure.ts';

/** The cost of a method in a bench: measured now, stored before, or failed. */
export interface CellCost {
  readonly method: string;
  readonly result: CostResult | null;
  readonly error: string | null;
}

export interface CostsForRuns {
  readonly plan: Plan;
  readonly datasets: ReadonlyMap<string, PreparedDataset>;
  readonly folders: RunFolders;
  readonly force: boolean;
  readonly signal: AbortSignal;
  readonly reporter: Reporter;
}

/** Measures every cell of a plan that has no stored cost on this host; reference rows have none. */
export async function costsForRuns(options: CostsForRuns): Promise<CellCost[]> {
  const { plan, folders, force, signal, reporter } = options;
  const { targets, rounds, stepsPerRound } = plan.settings.cost;
  const cells = new Map<string, CostCell>();
  for (const run of plan.runs) {
    if (run.reference) continue;
    const cell = cellOf(run, options.datasets.get(datasetKey(run))!, targets);
    cells.set(canonicalJson(cell), cell);
  }
  const costs: CellCost[] = [];
  const missing: CostCell[] = [];
  for (const cell of cells.values()) {
    const stored = force ? null : await storedCost(folders.results, cell, reporter);
    if (stored) costs.push({ method: cell.method.name, result: stored, error: null });
    else missing.push(cell);
  }
  if (missing.length === 0) return costs;
  const { outcomes } = await measureCost(missing, {
    folders,
    rounds,
    stepsPerRound,
    signal,
    onProgress: (done, total, text) => reporter.cost(done, total, text),
  });
  for (const { cell, result, error } of outcomes) {
    if (result) await writeCost(folders.results, result);
    costs.push({ method: cell.method.name, result, error });
  }
  return costs;
}

function cellOf(run: PlannedRun, dataset: PreparedDataset, targets: CostCell['targets']): CostCell {
  const count = dataset.counts[run.trainsOn];
  return {
    method: run.method,
    lossNetwork: run.lossNetwork,
    backend: run.backend,
    image: run.description.image,
    target: run.description.target,
    batchSize: run.training.batchSize,
    latentSize: run.latentSize,
    targets,
    imagesPerEpoch: splitForValidation(count, run.training.validationFraction).training,
  };
}

async function storedCost(root: string, cell: CostCell, reporter: Reporter): Promise<CostResult | null> {
  try {
    return await readCost(root, hostId(), cellId(cell));
  } catch (error) {
    reporter.notice(`${(error as Error).message}; the cost is measured again`);
    return null;
  }
}
