import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AbortedError,
  RngStreams,
  parseOptions,
  train,
  trainableVariables,
  type BuiltMethod,
  type LossNetwork,
  type PreparedDataset,
} from '@paretrain/core';
import { fileTrainingStore } from '@paretrain/core/node';
import { paths, type RunResult } from '@paretrain/store';
import { datasetFolders, lossNetworkFolders } from '../folders.ts';
import { loadDataset } from '../plan/dataset-use.ts';
import { buildAugmentation } from '../registry/build-augmentation.ts';
import type { PluginRegistry } from '../registry/registry.ts';
import { blankResult } from './blank-result.ts';
import { diskErrorCode } from './disk-errors.ts';
import type { ReadyRun, RunFolders, RunProgress } from './messages.ts';
import { TRAINING_SHARE, openEvaluation, percent } from './evaluation.ts';
import { SplitSources } from './split-sources.ts';
import { storeEncoder } from './store-encoder.ts';
import { continuedFrom } from './take-over.ts';
import { Timings } from './timings.ts';

export interface ExecuteOptions {
  readonly run: ReadyRun;
  readonly folders: RunFolders;
  readonly registry: PluginRegistry;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RunProgress) => void;
  readonly onNotice: (text: string) => void;
}

/**
 * Trains one method on one data set with one seed and evaluates it. Always gives a result: one with `failure` set when
 * a phase failed.
 * @throws {AbortedError} when stopped; the checkpoint stays, so that the same run goes on from there
 * @throws when the disk takes no more: nothing could be stored
 */
export async function executeRun(options: ExecuteOptions): Promise<RunResult> {
  const timings = new Timings();
  const partial: Partial<RunResult> = {};
  const cleanUp: (() => void | Promise<void>)[] = [];
  try {
    await runPhases(options, timings, partial, cleanUp);
    await rm(join(runFolder(options), 'checkpoint.bin'), { force: true });
  } catch (error) {
    if (error instanceof AbortedError || options.signal.aborted) throw error;
    if (diskErrorCode(error as Error)) throw error;
    const { name, message } = error as Error;
    partial.failure = { phase: timings.phase, message, error: name };
    partial.headline = null;
  } finally {
    for (const step of cleanUp.reverse()) await step();
  }
  return { ...(await blankResult(options.run)), ...partial, timings: timings.all() };
}

function runFolder({ folders, run }: ExecuteOptions): string {
  return paths.run(folders.results, run.planned.suite, run.id);
}

async function runPhases(
  options: ExecuteOptions,
  timings: Timings,
  partial: Partial<RunResult>,
  cleanUp: (() => void | Promise<void>)[],
): Promise<void> {
  const { run, registry, signal, onProgress } = options;
  const { planned, settings } = run;

  onProgress({ phase: 'build', share: 0, text: 'starting the backend' });
  const backend = await timings.measure('build', async () => {
    const plugin = await registry.load('backend', planned.backend);
    return plugin.activate(parseOptions(plugin, {}) as never);
  });
  partial.backend = {
    name: planned.backend,
    device: backend.device,
    simd: backend.simd,
    versions: { ...backend.versions },
  };

  onProgress({ phase: 'data', share: 0, text: 'opening the data set' });
  const dataset = await timings.measure('data', () => prepareDataset(options));
  if (dataset.checksum !== settings.dataset.checksum) {
    throw new Error(
      `data set '${planned.dataset.name}' changed while running: checksum ${dataset.checksum}, ` +
        `expected ${settings.dataset.checksum}`,
    );
  }
  partial.dataset = {
    name: planned.dataset.name,
    version: planned.dataset.version,
    checksum: dataset.checksum,
    counts: { ...dataset.counts },
  };
  const sources = new SplitSources(dataset);
  cleanUp.push(() => sources.close());

  const streams = new RngStreams(planned.seed);
  const method = await timings.measure('build', () => buildMethod(options, streams, dataset, cleanUp));
  cleanUp.push(() => method.dispose());
  partial.parameters = Object.values(method.networks)
    .flatMap(trainableVariables)
    .reduce((sum, variable) => sum + variable.size, 0);

  const store = fileTrainingStore(runFolder(options), (error) =>
    options.onNotice(`${run.id}: ${error.message}; training begins again`),
  );
  timings.phase = 'train';
  const source = await sources.open(planned.trainsOn);
  if (method.fit) {
    await timings.measure('train', () =>
      method.fit!({ source, dataset: dataset.description, rng: streams.get('fit'), signal }),
    );
  }
  const evaluation = await openEvaluation({
    run,
    registry,
    method,
    dataset,
    sources,
    timings,
    signal,
    onProgress,
  });
  const outcome = await train({
    method,
    source,
    settings: planned.training,
    streams,
    store,
    signal,
    ...(evaluation.measureEpoch && { measureEpoch: evaluation.measureEpoch }),
    onCache: (share) => onProgress({ phase: 'cache', share: 0, text: `caching features ${percent(share)}` }),
    onStep: ({ epoch, step, steps, loss }) =>
      onProgress({
        phase: 'train',
        share: (TRAINING_SHARE * (epoch - 1 + step / steps)) / planned.training.epochs,
        text: `epoch ${epoch}/${planned.training.epochs}, loss ${loss.toPrecision(4)}`,
      }),
  });
  timings.add('cache', outcome.seconds.cache);
  timings.add('train', outcome.seconds.train);
  timings.add('validate', outcome.seconds.validate);
  timings.add('toBestEpoch', outcome.seconds.toBestEpoch);
  const continues = await continuedFrom(runFolder(options));
  if (continues) partial.continuedFrom = continues;
  partial.epochs = { run: outcome.epochsRun, best: outcome.bestEpoch };
  partial.targets = outcome.targets;

  Object.assign(partial, await evaluation.finish(outcome));
  await storeEncoder(options, method, dataset.description.image);
}

async function prepareDataset({ registry, run, folders, signal }: ExecuteOptions): Promise<PreparedDataset> {
  const dataset = await loadDataset(registry, run.planned.dataset);
  return dataset.prepare({
    options: run.planned.dataset.options,
    ...datasetFolders(folders),
    signal,
  });
}

async function buildMethod(
  { registry, run, folders, signal }: ExecuteOptions,
  streams: RngStreams,
  dataset: PreparedDataset,
  cleanUp: (() => void | Promise<void>)[],
): Promise<BuiltMethod> {
  const { planned } = run;
  let lossNetwork: LossNetwork | undefined;
  if (planned.lossNetwork) {
    const plugin = await registry.load('loss-network', planned.lossNetwork.name);
    lossNetwork = await plugin.load({
      options: planned.lossNetwork.options as never,
      ...lossNetworkFolders(folders),
      signal,
    });
    cleanUp.push(() => lossNetwork!.dispose());
  }
  const method = await registry.load('method', planned.method.name);
  const augmentation = planned.augmentation && (await buildAugmentation(registry, planned.augmentation));
  return method.build({
    options: planned.method.options as never,
    dataset: dataset.description,
    latentSize: planned.latentSize,
    streams,
    ...(lossNetwork ? { lossNetwork } : {}),
    ...(augmentation ? { augmentation } : {}),
  });
}
