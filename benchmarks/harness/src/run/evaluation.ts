import {
  NonFiniteError,
  Rng,
  TARGET_UNIT,
  bestOverEpochs,
  type BuiltMethod,
  type Evaluator,
  type EvaluatorResult,
  type PreparedDataset,
  type Split,
  type TrainOutcome,
} from '@paretrain/core';
import { embed } from '@paretrain/evaluators';
import type { RunResult } from '@paretrain/store';
import type { PluginRegistry } from '../registry/registry.ts';
import type { ReadyRun, RunProgress } from './messages.ts';
import type { SplitSources } from './split-sources.ts';
import type { Timings } from './timings.ts';

/** Share of a run's progress bar that training takes; the rest is evaluation. */
export const TRAINING_SHARE = 0.85;

export interface EvaluationOptions {
  readonly run: ReadyRun;
  readonly registry: PluginRegistry;
  readonly method: BuiltMethod;
  readonly dataset: PreparedDataset;
  readonly sources: SplitSources;
  readonly timings: Timings;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RunProgress) => void;
}

/** What a run's evaluators find. */
export interface Evaluation {
  /** Metrics of the method as it is now, by the evaluators that look at every epoch; left out where none does. */
  readonly measureEpoch?: (epoch: number) => Promise<Record<string, number>>;
  /**
   * All metrics of the trained method. What was found after the epoch that was kept is not computed again.
   * @throws {NonFiniteError} for a metric that is no number
   */
  finish(trained: TrainOutcome): Promise<Pick<RunResult, 'metrics' | 'details' | 'headline' | 'curves'>>;
}

/** An evaluator that has something to say about the method, with its options. */
interface Chosen {
  readonly evaluator: Evaluator;
  readonly options: unknown;
  readonly everyEpoch: boolean;
}

/** The method with the weights of one epoch: each split is embedded once, however many evaluators ask. */
interface Look {
  readonly epoch: number;
  readonly embeddings: Map<Split, ReturnType<typeof embed>>;
  readonly results: Map<Evaluator, EvaluatorResult>;
}

/** Loads the evaluators of a run that apply to its method and data. */
export async function openEvaluation(options: EvaluationOptions): Promise<Evaluation> {
  const { run, registry, method, dataset, onProgress, timings } = options;
  const { planned } = run;
  const chosen: Chosen[] = [];
  for (const { name, options: own } of planned.evaluators) {
    const evaluator = await registry.load('evaluator', name);
    if (!evaluator.applies(method, dataset.description)) continue;
    chosen.push({ evaluator, options: own, everyEpoch: planned.everyEpoch.includes(name) });
  }
  const everyEpoch = chosen.filter((one) => one.everyEpoch);
  let last: Look | null = null;

  return {
    ...(everyEpoch.length > 0 && {
      async measureEpoch(epoch: number) {
        last = lookAt(epoch);
        await embedAll(last, options);
        const metrics: Record<string, number> = {};
        for (const one of everyEpoch) {
          Object.assign(metrics, metricsOf(one, await result(one, last, options)));
        }
        // Training goes on: what fails then is not the evaluator's fault.
        timings.phase = 'train';
        return metrics;
      },
    }),

    async finish({ bestEpoch, history }) {
      const look = last?.epoch === bestEpoch ? last : lookAt(bestEpoch);
      if (method.encode && chosen.length > 0) {
        onProgress({ phase: 'embed', share: TRAINING_SHARE, text: 'embedding images' });
        await embedAll(look, options);
      }
      const metrics: Record<string, number> = {};
      const details: Record<string, unknown> = {};
      const curves: Record<string, number[]> = {};
      for (const [i, one] of chosen.entries()) {
        const { evaluator } = one;
        const found = await result(one, look, options, (share) =>
          onProgress({
            phase: 'evaluate',
            share: TRAINING_SHARE + ((1 - TRAINING_SHARE) * (i + share)) / chosen.length,
            text: `${evaluator.name} ${percent(share)}`,
          }),
        );
        Object.assign(metrics, metricsOf(one, found));
        if (found.details !== undefined) details[evaluator.name] = found.details;
        if (!one.everyEpoch) continue;
        for (const [metric, value] of Object.entries(found.metrics)) {
          const curve = history.flatMap((epoch) => epoch.metrics?.[`${evaluator.name}.${metric}`] ?? []);
          const { higherIsBetter = true } = evaluator.metrics[metric] ?? {};
          const best = (higherIsBetter ? Math.max : Math.min)(...(curve.length > 0 ? curve : [value]));
          metrics[`${evaluator.name}.${bestOverEpochs(metric)}`] = best;
          if (curve.length > 0) curves[`${evaluator.name}.${metric}`] = curve;
        }
      }
      return {
        metrics,
        details,
        headline: headlineOf(options, metrics, chosen),
        ...(Object.keys(curves).length > 0 && { curves }),
      };
    },
  };
}

export function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

function lookAt(epoch: number): Look {
  return { epoch, embeddings: new Map(), results: new Map() };
}

/** Embedding is shared: done before any evaluator's clock starts. */
async function embedAll(look: Look, options: EvaluationOptions): Promise<void> {
  if (!options.method.encode) return;
  options.timings.phase = 'embed';
  for (const split of ['train', 'test'] as const) await embeddingsOf(split, look, options);
}

function embeddingsOf(
  split: Split,
  { embeddings }: Look,
  { method, sources, timings, signal }: EvaluationOptions,
): ReturnType<typeof embed> {
  let pending = embeddings.get(split);
  if (!pending) {
    pending = timings.measure('embed', async () => embed(method, await sources.open(split), { signal }));
    embeddings.set(split, pending);
  }
  return pending;
}

/** What an evaluator finds in a look: computed once. */
async function result(
  { evaluator, options: own }: Chosen,
  look: Look,
  options: EvaluationOptions,
  onProgress: (share: number) => void = () => undefined,
): Promise<EvaluatorResult> {
  const known = look.results.get(evaluator);
  if (known) return known;
  const { run, method, dataset, sources, timings, signal } = options;
  onProgress(0);
  const found = await timings.measure(`evaluate.${evaluator.name}`, () =>
    evaluator.evaluate({
      options: own as never,
      dataset: dataset.description,
      method,
      embeddings: (split) => embeddingsOf(split, look, options),
      images: (split) => sources.open(split),
      // The same at every epoch, so that an epoch's numbers do not depend on how often was looked before.
      rng: Rng.stream(run.planned.seed, 'evaluator', evaluator.name),
      signal,
      onProgress,
    }),
  );
  look.results.set(evaluator, found);
  return found;
}

/** By full name. */
function metricsOf({ evaluator }: Chosen, { metrics }: EvaluatorResult): Record<string, number> {
  const named: Record<string, number> = {};
  for (const [metric, value] of Object.entries(metrics)) {
    const key = `${evaluator.name}.${metric}`;
    if (!Number.isFinite(value)) throw new NonFiniteError(`metric '${key}' is ${value}`);
    named[key] = value;
  }
  return named;
}

function headlineOf(
  { run, dataset }: EvaluationOptions,
  metrics: Readonly<Record<string, number>>,
  chosen: readonly Chosen[],
): NonNullable<RunResult['headline']> {
  const { headline } = run.planned;
  const value = metrics[headline];
  const about = chosen
    .flatMap(({ evaluator }) =>
      Object.entries(evaluator.metrics).flatMap(([metric, description]) =>
        [metric, bestOverEpochs(metric)].map((name) => [`${evaluator.name}.${name}`, description] as const),
      ),
    )
    .find(([name]) => name === headline)?.[1];
  if (value === undefined || !about) {
    throw new Error(
      `headline metric '${headline}' was not measured; measured: ${Object.keys(metrics).join(', ') || 'none'}`,
    );
  }
  const { target } = dataset.description;
  const targetUnit = target.kind === 'position' ? target.unit : '';
  const unit = about.unit === TARGET_UNIT ? targetUnit : about.unit;
  return { metric: headline, value, unit, higherIsBetter: about.higherIsBetter };
}
