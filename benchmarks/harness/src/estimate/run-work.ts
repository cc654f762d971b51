import { splitForValidation, type ImageShape, type Split } from '@paretrain/core';
import { canonicalJson, type PluginUse, type RunResult } from '@paretrain/store';
import { loadDataset } from '../plan/dataset-use.ts';
import type { PlannedRun } from '../plan/plan.ts';
import type { PluginRegistry } from '../registry/registry.ts';

/** What decides how long a run takes, of a planned run or of a stored one. */
export interface RunWork {
  readonly method: PluginUse;
  /** Same method and loss network with the same options: same key. */
  readonly methodKey: string;
  /** Name of the loss network; null where none is used. */
  readonly lossNetwork: string | null;
  readonly reference: boolean;
  readonly backend: string;
  readonly image: ImageShape;
  readonly latentSize: number;
  readonly batchSize: number;
  /** Epochs that are asked for; training may end before. */
  readonly epochs: number;
  /** Gradient steps of an epoch. */
  readonly stepsPerEpoch: number;
  readonly validationImages: number;
  /** Images whose features are computed once and kept; 0 where none are. */
  readonly cachedImages: number;
  /** Images that evaluators see: those of the train and test splits. */
  readonly evaluatedImages: number;
  readonly evaluators: readonly PluginUse[];
  /** Names of those that are asked after every epoch. */
  readonly everyEpoch: readonly string[];
}

/** @param counts images by split, as far as they are known */
export function workOfPlanned(run: PlannedRun, counts: Readonly<Record<Split, number>>): RunWork {
  return workOf({
    method: run.method,
    reference: run.reference,
    backend: run.backend,
    image: run.description.image,
    latentSize: run.latentSize,
    training: run.training,
    lossNetwork: run.lossNetwork,
    trainsOn: run.trainsOn,
    counts,
    evaluators: run.evaluators,
    everyEpoch: run.everyEpoch,
  });
}

/**
 * Null for a run whose method, data set or transforms are not installed here: what it did cannot be known.
 * @param dataDirectory the user's own downloads
 * @throws {DataError} for a run on data of the user's own making that is there no more
 */
export async function workOfStored(
  result: RunResult,
  registry: PluginRegistry,
  dataDirectory: string | null,
): Promise<RunWork | null> {
  const { settings, dataset } = result;
  const installed =
    registry.names('method').includes(result.method) &&
    registry.names('dataset').includes(dataset.name) &&
    (settings.dataset.transforms ?? []).every(({ name }) => registry.names('transform').includes(name));
  const { pretrain, train, test } = dataset.counts;
  if (!installed || !pretrain || !train || !test) return null;
  const method = await registry.load('method', result.method);
  const plugin = await loadDataset(registry, settings.dataset);
  const options = plugin.options.safeParse(settings.dataset.options);
  if (!options.success) return null;
  const { epochs, batchSize, validationFraction, targets } = settings.training;
  if (typeof epochs !== 'number' || typeof batchSize !== 'number' || typeof validationFraction !== 'number') {
    return null;
  }
  return workOf({
    method: settings.method,
    reference: result.reference,
    backend: result.backend.name,
    image: plugin.describe(options.data, dataDirectory === null ? {} : { dataDirectory }).image,
    latentSize: result.latentSize,
    training: { epochs, batchSize, validationFraction, targets },
    lossNetwork: settings.lossNetwork,
    trainsOn: method.trainsOn,
    counts: { pretrain, train, test },
    evaluators: settings.evaluators,
    everyEpoch: settings.everyEpoch ?? [],
  });
}

function workOf(run: {
  readonly method: PluginUse;
  readonly reference: boolean;
  readonly backend: string;
  readonly image: ImageShape;
  readonly latentSize: number;
  readonly training: {
    readonly epochs: number;
    readonly batchSize: number;
    readonly validationFraction: number;
    readonly targets?: unknown;
  };
  readonly lossNetwork: PluginUse | null;
  readonly trainsOn: Exclude<Split, 'test'>;
  readonly counts: Readonly<Record<Split, number>>;
  readonly evaluators: readonly PluginUse[];
  readonly everyEpoch: readonly string[];
}): RunWork {
  const { method, lossNetwork, training, counts } = run;
  const { epochs, batchSize } = training;
  const split = splitForValidation(counts[run.trainsOn], training.validationFraction);
  return {
    method,
    methodKey: canonicalJson([method, lossNetwork && [lossNetwork.name, lossNetwork.options]]),
    lossNetwork: lossNetwork?.name ?? null,
    reference: run.reference,
    backend: run.backend,
    image: run.image,
    latentSize: run.latentSize,
    batchSize,
    epochs,
    stepsPerEpoch: Math.ceil(split.training / batchSize),
    validationImages: split.validation,
    cachedImages: lossNetwork && training.targets === 'cached' ? counts[run.trainsOn] : 0,
    evaluatedImages: counts.train + counts.test,
    evaluators: run.evaluators,
    everyEpoch: run.everyEpoch,
  };
}

export function sameImage(a: ImageShape, b: ImageShape): boolean {
  return a.height === b.height && a.width === b.width && a.channels === b.channels;
}
