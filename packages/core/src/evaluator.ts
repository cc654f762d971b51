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
  /**
   * Embeddings of a split, computed once for one state of the method however many evaluators ask; not to be changed.
   * @throws {ConfigurationError} for a method that does not encode
   */
  embeddings(split: Split): Promise<EmbeddingSet>;
  /** The images themselves, from a source that evaluators share; the caller of {@link Evaluator.evaluate} closes it. */
  images(split: Split): Promise<ImageSource>;
  /** This evaluator's own stream. */
  readonly rng: Rng;
  readonly signal?: AbortSignal;
  /** Called with the share that is done, from 0 to 1. */
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
  /**
   * Finite metrics out of those named in {@link metrics}. It leaves the method as it is.
   * @throws {ConfigurationError} for a method or data to which it does not apply
   * @throws {DataError} where a split that it needs has no images; the message names the evaluator and the split
   * @throws {AbortedError} once the context's signal is aborted
   */
  evaluate(context: EvaluatorContext<Options>): Promise<EvaluatorResult>;
}

/** Defines an evaluator as a plugin. */
export function defineEvaluator<Options>(
  definition: PluginDefinition<Evaluator<Options>>,
): Evaluator<Options> {
  return definePlugin<'evaluator', Evaluator<Options>>('evaluator', definition);
}
