import type { BackendAvailability } from '@paretrain/core';
import type { CostCell } from './cell.ts';

export type CostRequest =
  | {
      readonly type: 'open';
      readonly pluginsFrom: string;
      readonly folders: { readonly cacheDirectory: string; readonly dataDirectory?: string };
      readonly backend: string;
      /** Null for the backend's matrix product. */
      readonly cell: CostCell | null;
    }
  | { readonly type: 'steps'; readonly count: number }
  | { readonly type: 'finish' };

export type CostResponse =
  | {
      readonly type: 'opened';
      readonly backend: BackendAvailability;
      readonly parameters: number;
      readonly targets: 'computed' | 'cached' | 'none';
      readonly flops: number;
    }
  | { readonly type: 'steps'; readonly milliseconds: number[] }
  | { readonly type: 'finished'; readonly peakBytes: number; readonly encodeMsPerImage: number | null };
