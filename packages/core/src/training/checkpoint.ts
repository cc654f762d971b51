import type { RngState } from '../rng.ts';

/** What is known of one epoch; one line of `history.jsonl`. */
export interface EpochRecord {
  /** From 1. */
  readonly epoch: number;
  /** Mean training loss over the epoch's images, summed over the updates. */
  readonly loss: number;
  /** Mean validation loss, null without validation images. */
  readonly validationLoss: number | null;
  /** Seconds of the training steps, loading and augmentation included, validation excluded. */
  readonly seconds: number;
  /** Seconds of the validation, null without validation images. */
  readonly validationSeconds: number | null;
  /** Whether it was the best epoch so far. */
  readonly best: boolean;
  /** What was measured after the epoch, by full name, such as 'linear-svm.accuracy'. */
  readonly metrics?: Readonly<Record<string, number>>;
}

/** Everything that training needs to go on after the end of an epoch as if it had never stopped. */
export interface Checkpoint {
  /** Epochs done. */
  readonly epoch: number;
  readonly history: readonly EpochRecord[];
  readonly streams: Readonly<Record<string, RngState>>;
  /** Steps done by each update's optimiser. */
  readonly optimizerSteps: readonly number[];
  /**
   * Weights ("weights/<network>/<i>"), optimiser slots ("slots/<update>/<i>") and, unless the last epoch is the best,
   * the best epoch's weights ("best/<network>/<i>").
   */
  readonly arrays: Readonly<Record<string, Float32Array>>;
}

/** Where a run keeps its progress. */
export interface TrainingStore {
  /** The last complete checkpoint, or null to begin at the beginning. */
  load(): Promise<Checkpoint | null>;
  /** Written whole or not at all. */
  save(checkpoint: Checkpoint): Promise<void>;
  /** Replaces the whole history, so that it never holds an epoch that the checkpoint does not. */
  saveHistory(history: readonly EpochRecord[]): Promise<void>;
}
