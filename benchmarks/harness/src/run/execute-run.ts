import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AbortedError,
  NonFiniteError,
  RngStreams,
  TARGET_UNIT,
  Rng,
  parseOptions,
  train,
  trainableVariables,
  type BuiltMethod,
  type Evaluator,
  type ImageSource,
  type LossNetwork,
  type PreparedDataset,
  type Split,
} from '@paretrain/core';
import { fileTrainingStore } from '@paretrain/core/node';
import { embed } from '@paretrain/evaluators';
import { paths, type RunResult } from '@paretrain/store';
import { datasetFolders, lossNetworkFolders } from '../folders.ts';
import { loadDataset } from '../plan/dataset-use.ts';
import type { PluginRegistry } from '../registry/registry.ts';
import { blankResult } from './blank-result.ts';
import { diskErrorCode } from './disk-errors.ts';
import type { ReadyRun, RunFolders, RunProgress } from './messages.ts';
import { continuedFrom } from './take-over.ts';

export interface ExecuteOptions {
  readonly run: ReadyRun;
  readonly folders: RunFolders;
  readonly registry: PluginRegistry;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RunProgress) => void;
  readonly onNotice: (text: string) => void;
}

/** Share of a run's progress bar that training takes; the rest is evaluation. */
const TRAINING_SHARE = 0.85;

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
  const outcome = await train({
    method,
    source,
    settings: planned.training,
    streams,
    store,
    signal,
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

  await evaluate(options, method, dataset, sources, timings, partial);
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
  return method.build({
    options: planned.method.options as never,
    dataset: dataset.description,
    latentSize: planned.latentSize,
    streams,
    ...(lossNetwork ? { lossNetwork } : {}),
  });
}

async function evaluate(
  { registry, run, signal, onProgress }: ExecuteOptions,
  method: BuiltMethod,
  dataset: PreparedDataset,
  sources: SplitSources,
  timings: Timings,
  partial: Partial<RunResult>,
): Promise<void> {
  const { planned } = run;
  const metrics: Record<string, number> = {};
  const details: Record<string, unknown> = {};
  const units: Record<string, { unit: string; higherIsBetter: boolean }> = {};
  const embedded = new Map<Split, ReturnType<typeof embed>>();
  const embeddings = (split: Split) => {
    let pending = embedded.get(split);
    if (!pending) {
      pending = timings.measure('embed', async () => embed(method, await sources.open(split), { signal }));
      embedded.set(split, pending);
    }
    return pending;
  };
  const evaluators: [Evaluator, unknown][] = [];
  for (const { name, options } of planned.evaluators) {
    const evaluator = await registry.load('evaluator', name);
    if (evaluator.applies(method, dataset.description)) evaluators.push([evaluator, options]);
  }
  // Embedding is shared: done before any evaluator's clock starts.
  if (method.encode && evaluators.length) {
    onProgress({ phase: 'embed', share: TRAINING_SHARE, text: 'embedding images' });
    timings.phase = 'embed';
    for (const split of ['train', 'test'] as const) await embeddings(split);
  }
  for (const [i, [evaluator, evaluatorOptions]] of evaluators.entries()) {
    const phase = `evaluate.${evaluator.name}`;
    const tell = (share: number) =>
      onProgress({
        phase: 'evaluate',
        share: TRAINING_SHARE + ((1 - TRAINING_SHARE) * (i + share)) / evaluators.length,
        text: `${evaluator.name} ${percent(share)}`,
      });
    tell(0);
    const result = await timings.measure(phase, () =>
      evaluator.evaluate({
        options: evaluatorOptions as never,
        dataset: dataset.description,
        method,
        embeddings,
        images: (split) => sources.open(split),
        rng: Rng.stream(planned.seed, 'evaluator', evaluator.name),
        signal,
        onProgress: tell,
      }),
    );
    for (const [metric, value] of Object.entries(result.metrics)) {
      const key = `${evaluator.name}.${metric}`;
      if (!Number.isFinite(value)) throw new NonFiniteError(`metric '${key}' is ${value}`);
      metrics[key] = value;
      const about = evaluator.metrics[metric];
      if (about) units[key] = about;
    }
    if (result.details !== undefined) details[evaluator.name] = result.details;
  }
  partial.metrics = metrics;
  partial.details = details;
  const value = metrics[planned.headline];
  const about = units[planned.headline];
  if (value === undefined || !about) {
    throw new Error(
      `headline metric '${planned.headline}' was not measured; measured: ${Object.keys(metrics).join(', ') || 'none'}`,
    );
  }
  const unit = about.unit === TARGET_UNIT ? targetUnit(dataset) : about.unit;
  partial.headline = { metric: planned.headline, value, unit, higherIsBetter: about.higherIsBetter };
}

function targetUnit(dataset: PreparedDataset): string {
  const { target } = dataset.description;
  return target.kind === 'position' ? target.unit : '';
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

/** Opens each split once. */
class SplitSources {
  readonly #dataset: PreparedDataset;
  readonly #open = new Map<Split, Promise<ImageSource>>();

  constructor(dataset: PreparedDataset) {
    this.#dataset = dataset;
  }

  open(split: Split): Promise<ImageSource> {
    let source = this.#open.get(split);
    if (!source) {
      source = this.#dataset.open(split);
      this.#open.set(split, source);
    }
    return source;
  }

  async close(): Promise<void> {
    for (const source of this.#open.values()) await (await source).close();
  }
}

/** Seconds by phase; remembers the phase that was under way when something failed. */
class Timings {
  phase = 'start';
  readonly #seconds: Record<string, number> = {};
  readonly #started = performance.now();

  add(phase: string, seconds: number): void {
    this.#seconds[phase] = (this.#seconds[phase] ?? 0) + seconds;
  }

  async measure<T>(phase: string, work: () => Promise<T>): Promise<T> {
    this.phase = phase;
    const started = performance.now();
    try {
      return await work();
    } finally {
      this.add(phase, (performance.now() - started) / 1000);
    }
  }

  all(): Record<string, number> {
    return { ...this.#seconds, total: (performance.now() - this.#started) / 1000 };
  }
}
