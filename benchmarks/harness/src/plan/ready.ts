import type { DatasetProgress, LossNetworkPlugin, PreparedDataset } from '@paretrain/core';
import { canonicalJson, runId, type RunSettings } from '@paretrain/store';
import * as tf from '@tensorflow/tfjs';
import { recordPreparation } from '../estimate/preparations.ts';
import { datasetFolders, lossNetworkFolders } from '../folders.ts';
import type { PluginRegistry } from '../registry/registry.ts';
import type { ReadyRun, RunFolders } from '../run/messages.ts';
import { loadDataset } from './dataset-use.ts';
import type { Plan, PlannedRun } from './plan.ts';

export interface ReadyOptions {
  readonly registry: PluginRegistry;
  readonly folders: RunFolders;
  /** Backend whose unfinished runs are continued on the planned one. */
  readonly continueFrom?: string | undefined;
  readonly signal: AbortSignal;
  readonly onDataset: (name: string, progress: DatasetProgress | null) => void;
}

export interface ReadyPlan {
  readonly runs: readonly ReadyRun[];
  /** Prepared data sets by their choice's canonical JSON; see {@link datasetKey}. */
  readonly datasets: ReadonlyMap<string, PreparedDataset>;
}

/** Same data set with the same options: same key. */
export function datasetKey(planned: PlannedRun): string {
  return canonicalJson(planned.dataset);
}

/**
 * Brings the plan's data on disk and loads its loss networks' checksums, after which every run has its id.
 * @throws {DataError} @throws {UnavailableError} with the command that fetches what is missing
 */
export async function readyPlan(plan: Plan, options: ReadyOptions): Promise<ReadyPlan> {
  const datasets = new Map<string, PreparedDataset>();
  const lossNetworks = new Map<string, RunSettings['lossNetwork']>();
  const bringDataset = async (planned: PlannedRun) => {
    const key = datasetKey(planned);
    if (!datasets.has(key)) datasets.set(key, await prepareDataset(planned, options));
    return datasets.get(key)!;
  };
  const bringLossNetwork = async (planned: PlannedRun) => {
    const key = canonicalJson(planned.lossNetwork);
    if (!lossNetworks.has(key)) lossNetworks.set(key, await identify(planned, options));
    return lossNetworks.get(key) ?? null;
  };
  // What only the user can bring comes first: nothing is generated in vain when it is missing.
  for (const planned of plan.runs) {
    const { dataset, lossNetwork } = planned;
    if (await isBrought(options.registry, 'dataset', dataset.name)) await bringDataset(planned);
    if (lossNetwork && (await isBrought(options.registry, 'loss-network', lossNetwork.name))) {
      await bringLossNetwork(planned);
    }
  }
  const runs: ReadyRun[] = [];
  for (const planned of plan.runs) {
    const { checksum } = await bringDataset(planned);
    const settings: RunSettings = {
      dataset: { ...planned.dataset, checksum },
      method: planned.method,
      latentSize: planned.latentSize,
      backend: planned.backend,
      seed: planned.seed,
      training: { ...planned.training },
      lossNetwork: await bringLossNetwork(planned),
      ...(planned.augmentation && { augmentation: planned.augmentation }),
      evaluators: [...planned.evaluators],
      ...(planned.everyEpoch.length > 0 && { everyEpoch: [...planned.everyEpoch] }),
      headline: planned.headline,
    };
    const { continueFrom: other } = options;
    const continues =
      other !== undefined && other !== planned.backend
        ? { id: runId({ ...settings, backend: other }), backend: other }
        : undefined;
    runs.push({ id: runId(settings), planned, settings, ...(continues ? { continues } : {}) });
  }
  return { runs, datasets };
}

/** Whether a plugin reads files that are no part of a package. */
async function isBrought(
  registry: PluginRegistry,
  kind: 'dataset' | 'loss-network',
  name: string,
): Promise<boolean> {
  const plugin = await registry.load(kind, name);
  return (
    (plugin.downloads ?? []).length > 0 || ('suppliedFile' in plugin && plugin.suppliedFile !== undefined)
  );
}

async function prepareDataset(
  planned: PlannedRun,
  { registry, folders, signal, onDataset }: ReadyOptions,
): Promise<PreparedDataset> {
  const { name, options } = planned.dataset;
  const dataset = await loadDataset(registry, planned.dataset);
  onDataset(name, null);
  const started = performance.now();
  const prepared = await dataset.prepare({
    options,
    ...datasetFolders(folders),
    signal,
    onProgress: (progress) => onDataset(name, progress),
  });
  // For the estimates of plans with the same data, or more of it.
  const seconds = (performance.now() - started) / 1000;
  await recordPreparation(folders.cache, { dataset: planned.dataset, seconds, counts: prepared.counts });
  return prepared;
}

async function identify(
  { lossNetwork }: PlannedRun,
  { registry, folders, signal }: ReadyOptions,
): Promise<RunSettings['lossNetwork']> {
  if (!lossNetwork) return null;
  const plugin: LossNetworkPlugin = await registry.load('loss-network', lossNetwork.name);
  // Only the checksum is wanted, which needs no fast backend.
  await tf.setBackend('cpu');
  const loaded = await plugin.load({
    options: lossNetwork.options,
    ...lossNetworkFolders(folders),
    signal,
  });
  const { weightsChecksum } = loaded;
  loaded.dispose();
  return { ...lossNetwork, weightsChecksum, trainedOn: plugin.card.trainedOn.map((data) => ({ ...data })) };
}
