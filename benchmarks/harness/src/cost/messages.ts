import type { BackendAvailability } from '@paretrain/core';
import type { CostCell } from './cell.ts';
import type { KernelFlops } from './flops.ts';
import type { NetworkFlops } from './layer-flops.ts';
import type { MedianInterval } from './median-interval.ts';

/** What the harness asks of a cell's process, in this order; `steps` once a round. */
export type CostRequest =
  | {
      readonly type: 'open';
      readonly pluginsFrom: string;
      readonly folders: { readonly cacheDirectory: string; readonly dataDirectory?: string };
      readonly backend: string;
      /** Null for the backend's matrix product. */
      readonly cell: CostCell | null;
    }
  | { readonly type: 'warm-up' }
  | { readonly type: 'steps'; readonly count: number }
  | { readonly type: 'finish' };

export interface OpenedCell {
  readonly backend: BackendAvailability;
  readonly parameters: number;
  readonly targets: 'computed' | 'cached' | 'none';
  /** After one step. */
  readonly peakBytes: number;
}

export interface FinishedCell {
  /** Floating-point operations of a step, by kernel. */
  readonly kernels: readonly KernelFlops[];
  /** Forward operations of one image, layer by layer. */
  readonly networks: readonly NetworkFlops[];
  readonly peakBytes: number;
  readonly encodeMsPerImage: MedianInterval | null;
  readonly augmentationMsPerStep: number | null;
}

/** The answers, by the request's type. */
export interface CostResponses {
  readonly open: OpenedCell;
  readonly 'warm-up': null;
  /** Milliseconds of each step. */
  readonly steps: number[];
  readonly finish: FinishedCell;
}

export type CostResponse = CostResponses[keyof CostResponses];
