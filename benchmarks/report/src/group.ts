import type { CostResult, RunResult } from '@paretrain/store';
import type { Marker } from './palette.ts';
import type { Estimate, Interval } from './statistics.ts';

/**
 * Where a method stands: on the front; off it, but no method is better and cheaper beyond the intervals; off it;
 * unknown because quality or cost is missing.
 */
export type FrontStatus = 'on' | 'undecided' | 'off' | 'unknown';

/** One method on one data set with one latent size, loss network and backend, over its seeds. */
export interface MethodSummary {
  /** Its name, with the loss network where there are several. */
  readonly method: string;
  /** For charts: the method, and its backend where several are drawn. */
  readonly label: string;
  readonly reference: boolean;
  readonly marker: Marker;
  /** Every run, by seed. */
  readonly runs: readonly RunResult[];
  readonly succeeded: readonly RunResult[];
  readonly failed: readonly RunResult[];
  /** The headline metric over seeds; null where no run succeeded. */
  readonly quality: Estimate | null;
  readonly headlineMetric: string | null;
  readonly metrics: Readonly<Record<string, Estimate>>;
  readonly cost: CostResult | null;
  readonly seconds: { readonly value: number; readonly interval: Interval | null } | null;
  readonly front: FrontStatus;
}

/** What can be compared: one data set, latent size, backend and unit of quality. */
export interface Group {
  readonly id: string;
  readonly title: string;
  readonly dataset: RunResult['dataset'];
  readonly latentSize: number;
  /** Null where a chart shows several. */
  readonly backend: string | null;
  /** Null where no run succeeded. */
  readonly quality: { readonly name: string; readonly unit: string; readonly higherIsBetter: boolean } | null;
  /** Best first; without a result last. */
  readonly methods: readonly MethodSummary[];
  readonly references: readonly MethodSummary[];
  /** Methods on the front, cheapest first. */
  readonly front: readonly MethodSummary[];
  readonly warnings: readonly string[];
}
