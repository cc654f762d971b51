import type { DatasetDescription, ImageSource, Split } from './dataset.ts';
import type { BuiltMethod } from './method.ts';
import { definePlugin, type PluginBase, type PluginDefinition } from './plugin.ts';
import type { Rng } from './rng.ts';

/** Frozen embeddings of a split with its targets, row by row. */
export interface EmbeddingSet {
  readonly count: number;
  /** Numbers per embedding. */
  readonly size: number;
  /** count x size. */
  readonly values: Float32Array;
  /** count x targetSize. */
  readonly targets: Float32Array;
}

export interface EvaluatorContext<Options = unknown> {
  readonly options: Options;
  readonly dataset: DatasetDescription;
  readonly method: BuiltMethod;
  /** Embeddings of a split, computed once per run however many evaluators ask. */
  embeddings(split: Split): Promise<EmbeddingSet>;
  /** The images themselves. */
  images(split: Split): Promise<ImageSource>;
  /** This evaluator's own stream. */
  readonly rng: Rng;
  readonly signal?: AbortSignal;
  /** From 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

/** Unit of a metric that is measured in the data set's own unit, such as pixels. */
export const TARGET_UNIT = "the target's";

export interface EvaluatorResult {
  /** Stored as "<evaluator>.<metric>". Finite numbers only. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Anything else worth keeping, as JSON. */
  readonly details?: unknown;
}

/** Turns a trained method into named metrics. */
export interface Evaluator<Options = unknown> extends PluginBase<'evaluator', Options> {
  /** For tables: what its metrics mean; {@link TARGET_UNIT} stands for the data set's unit. */
  readonly metrics: Readonly<Record<string, { readonly unit: string; readonly higherIsBetter: boolean }>>;
  /** Whether it can say something about this method on this data. */
  applies(method: BuiltMethod, dataset: DatasetDescription): boolean;
  evaluate(context: EvaluatorContext<Options>): Promise<EvaluatorResult>;
}

/** Defines an evaluator as a plugin. */
export function defineEvaluator<Options>(
  definition: PluginDefinition<Evaluator<Options>>,
): Evaluator<Options> {
  return definePlugin<'evaluator', Evaluator<Options>>('evaluator', definition);
}
