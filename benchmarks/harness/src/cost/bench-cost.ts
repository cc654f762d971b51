import { UnavailableError, type PreparedDataset, type Split } from '@paretrain/core';
import { canonicalJson, writeCost, type CostResult } from '@paretrain/store';
import type { Reporter } from '../output/reporter.ts';
import type { Plan, PlannedRun } from '../plan/plan.ts';
import { datasetKey } from '../plan/ready.ts';
import type { RunFolders } from '../run/messages.ts';
import { costCellOf, type CostCell } from './cell.ts';
import { measureCost, type CellOutcome } from './measure.ts';
import { storedCost } from './stored-costs.ts';

/** The cost of a method in a bench: measured now, stored before, or failed. */
export interface CellCost {
  readonly method: string;
  readonly backend: string;
  readonly result: CostResult | null;
  readonly error: string | null;
}

export interface CostsForRuns {
  readonly plan: Plan;
  readonly datasets: ReadonlyMap<string, PreparedDataset>;
  readonly folders: RunFolders;
  /** The device behind each backend, where it is known. */
  readonly devices: ReadonlyMap<string, string>;
  readonly force: boolean;
  readonly signal: AbortSignal;
  readonly reporter: Reporter;
}

/** Measures every cell of a plan that has no stored cost on this host; reference rows have none. */
export async function costsForRuns(options: CostsForRuns): Promise<CellCost[]> {
  const { plan, folders, force, reporter } = options;
  const { cost } = plan.settings;
  if (!cost) return [];
  const { rounds, stepsPerRound } = cost;
  const cells = plannedCells(plan, (run) => options.datasets.get(datasetKey(run))!.counts);
  const costs: CellCost[] = [];
  const missing: CostCell[] = [];
  for (const cell of cells) {
    const stored = force
      ? null
      : await storedCost(
          folders.results,
          cell,
          (error) => reporter.notice(`${error.message}; the cost is measured again`),
          options.devices.get(cell.backend),
        );
    if (stored) costs.push({ ...nameOf(cell), result: stored, error: null });
    else missing.push(cell);
  }
  if (missing.length === 0) return costs;
  for (const { cell, result, error } of await measureOrExplain(missing, {
    ...options,
    rounds,
    stepsPerRound,
  })) {
    if (result) await writeCost(folders.results, result);
    costs.push({ ...nameOf(cell), result, error });
  }
  return costs;
}

/**
 * What the cost phase of a plan is about, each cell once; reference rows have none.
 * @param countsOf images by split of a run's data; runs without are left out
 */
export function plannedCells(
  plan: Plan,
  countsOf: (run: PlannedRun) => Readonly<Record<Split, number>> | null,
): CostCell[] {
  const cells = new Map<string, CostCell>();
  const { cost } = plan.settings;
  if (!cost) return [];
  for (const run of plan.runs) {
    const counts = run.reference ? null : countsOf(run);
    if (!counts) continue;
    const own = costCellOf(run, counts, cost.targets);
    for (const batchSize of [own.batchSize, ...(cost.batchSizes ?? [])]) {
      const cell = { ...own, batchSize };
      cells.set(canonicalJson(cell), cell);
    }
  }
  return [...cells.values()];
}

/** A measurement that cannot be made at all is no reason to lose the runs' report. */
async function measureOrExplain(
  cells: readonly CostCell[],
  options: CostsForRuns & { readonly rounds: number; readonly stepsPerRound: number },
): Promise<readonly CellOutcome[]> {
  const { folders, rounds, stepsPerRound, signal, reporter } = options;
  try {
    const { outcomes } = await measureCost(cells, {
      folders,
      rounds,
      stepsPerRound,
      signal,
      onProgress: (done, total, text) => reporter.cost(done, total, text),
      onNotice: (text) => reporter.notice(text),
    });
    return outcomes;
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    return cells.map((cell) => ({ cell, result: null, error: error.message }));
  }
}

function nameOf({ method, backend }: CostCell): Pick<CellCost, 'method' | 'backend'> {
  return { method: method.name, backend };
}
