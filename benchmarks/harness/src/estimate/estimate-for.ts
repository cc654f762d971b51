import { availableParallelism } from 'node:os';
import type { Split } from '@paretrain/core';
import { canonicalJson } from '@paretrain/store';
import * as tf from '@tensorflow/tfjs';
import { plannedCells } from '../cost/bench-cost.ts';
import { costCellOf } from '../cost/cell.ts';
import { hostId } from '../cost/host.ts';
import { lossNetworkFolders } from '../folders.ts';
import type { Plan, PlannedRun } from '../plan/plan.ts';
import type { PluginRegistry } from '../registry/registry.ts';
import type { RunFolders } from '../run/messages.ts';
import { countsOfRun, estimatePlan, workIn, type Estimate } from './estimate-plan.ts';
import { gatherEvidence, type Evidence } from './evidence.ts';
import { measureSteps, type CellToMeasure } from './measure-steps.ts';
import { predictRun } from './predict-run.ts';
import { readPreparations, type Preparation } from './preparations.ts';

export interface EstimateForOptions {
  readonly registry: PluginRegistry;
  readonly plan: Plan;
  /** The runs that are still to do. */
  readonly runs: readonly PlannedRun[];
  readonly folders: RunFolders;
  readonly workers: number;
  /** Whether costs are measured after the runs. */
  readonly cost: boolean;
  /** Images by split of a run's data, where it is on disk. */
  readonly countsOf?: (run: PlannedRun) => Readonly<Record<Split, number>> | null;
  /** Takes a few steps of methods of which nothing is known on this machine; left out: none are taken. */
  readonly measure?: { readonly signal: AbortSignal; readonly onProgress: (text: string) => void };
}

/** Estimates a plan from everything that was measured: in its results folder, in the cache folder, and, if asked, now. */
export async function estimateFor(options: EstimateForOptions): Promise<Estimate> {
  const { registry, plan, runs, folders, workers, cost, countsOf, measure } = options;
  const stored = await gatherEvidence(folders, registry);
  const preparations = await readPreparations(folders.cache);
  const counted = { preparations, ...(countsOf ? { countsOf } : {}) };
  const taken = measure
    ? await measureSteps(unknownCells(runs, stored, counted), { folders, ...measure })
    : { steps: [], notes: [] };
  const estimate = estimatePlan({
    plan,
    runs,
    evidence: { ...stored, steps: taken.steps },
    ...counted,
    featuresOf: await featureCounts(runs, registry, folders),
    host: hostId(),
    workers,
    cells: cost ? plannedCells(plan, (run) => countsOfRun(run, counted)) : [],
    cores: availableParallelism(),
  });
  return { ...estimate, notes: [...new Set([...estimate.notes, ...taken.notes])] };
}

/** A cell for each method, backend and image shape of which no step was ever measured here. */
function unknownCells(
  runs: readonly PlannedRun[],
  evidence: Evidence,
  counted: {
    readonly preparations: readonly Preparation[];
    readonly countsOf?: (run: PlannedRun) => Readonly<Record<Split, number>> | null;
  },
): CellToMeasure[] {
  const cells = new Map<string, CellToMeasure>();
  for (const run of runs) {
    const counts = countsOfRun(run, counted);
    const work = counts && workIn(run, counts);
    if (!work || run.reference || predictRun(work, evidence, hostId())) continue;
    const { methodKey, backend, image } = work;
    const targets = work.cachedImages > 0 ? 'cached' : 'computed';
    const cell = { ...costCellOf(run, counts, targets), imagesPerEpoch: null };
    const key = canonicalJson([methodKey, backend, image]);
    if (!cells.has(key)) cells.set(key, { methodKey, cell });
  }
  return [...cells.values()];
}

/** Numbers that each run's loss network gives for one image; null where it cannot be loaded. */
async function featureCounts(
  runs: readonly PlannedRun[],
  registry: PluginRegistry,
  folders: RunFolders,
): Promise<(run: PlannedRun) => number | null> {
  const counts = new Map<string, number | null>();
  const keyOf = ({ lossNetwork, description }: PlannedRun) => canonicalJson([lossNetwork, description.image]);
  for (const run of runs) {
    if (!run.lossNetwork || counts.has(keyOf(run))) continue;
    counts.set(keyOf(run), await featureCount(run, registry, folders).catch(() => null));
  }
  return (run) => counts.get(keyOf(run)) ?? null;
}

async function featureCount(
  { lossNetwork, description }: PlannedRun,
  registry: PluginRegistry,
  folders: RunFolders,
): Promise<number> {
  const plugin = await registry.load('loss-network', lossNetwork!.name);
  // Only a number is wanted, which needs no fast backend.
  await tf.setBackend('cpu');
  const loaded = await plugin.load({
    options: lossNetwork!.options,
    ...lossNetworkFolders(folders),
  });
  try {
    return loaded.featureCount(description.image);
  } finally {
    loaded.dispose();
  }
}
