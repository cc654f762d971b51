import type { ImageShape } from '@paretrain/core';

/** A training step that was timed for an estimate alone: too few steps for a cost that is worth keeping. */
export interface MeasuredStep {
  readonly methodKey: string;
  readonly backend: string;
  readonly image: ImageShape;
  readonly batchSize: number;
  readonly latentSize: number;
  readonly seconds: number;
  readonly parameters: number;
  /** Of the process, after one step. */
  readonly peakBytes: number;
}
