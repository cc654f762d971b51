import { join } from 'node:path';
import type { DatasetProgress, LossNetworkPlugin, PreparedDataset } from '@paretrain/core';
import { canonicalJson, runId, type RunSettings } from '@paretrain/store';
import * as tf from '@tensorflow/tfjs';
import { recordPreparation } from '../estimate/preparations.ts';
import { lossNetworkFolders } from '../folders.ts';
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
  const runs: ReadyRun[] = [];
  for (const planned of plan.runs) {
    const key = datasetKey(planned);
    if (!datasets.has(key)) datasets.set(key, await prepareDataset(planned, options));
    const networkKey = canonicalJson(planned.lossNetwork);
    if (!lossNetworks.has(networkKey)) lossNetworks.set(networkKey, await identify(planned, options));
    const settings: RunSettings = {
      dataset: { ...planned.dataset, checksum: datasets.get(key)!.checksum },
      method: planned.method,
      latentSize: planned.latentSize,
      backend: planned.backend,
      seed: planned.seed,
      training: { ...planned.training },
      lossNetwork: lossNetworks.get(networkKey)!,
      evaluators: [...planned.evaluators],
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
    cacheDirectory: join(folders.cache, 'datasets'),
    ...(folders.data ? { dataDirectory: folders.data } : {}),
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
