import type { ImageShape } from '@paretrain/core';
import type { CostResult, HistoryEntry, RunResult } from '@paretrain/store';

/** What was found about a claim of a paper. */
export interface ClaimVerdict {
  readonly id: string;
  readonly statement: string;
  readonly source: string;
  readonly verdict: 'reproduced' | 'contradicted' | 'undetermined';
  /** Measured effect with its interval, in words and figures. */
  readonly evidence?: string;
}

/** Everything a report is made of; nothing else is read. */
export interface ReportInput {
  readonly title: string;
  readonly suite: string;
  readonly profile: string;
  /** ISO 8601. */
  readonly generatedAt: string;
  /** Finished and failed runs; a run that never started is not among them. */
  readonly runs: readonly RunResult[];
  readonly costs: readonly CostResult[];
  /** Learning curves by run id. */
  readonly histories: Readonly<Record<string, readonly HistoryEntry[]>>;
  readonly claims?: readonly ClaimVerdict[];
  /** Command that makes the same runs again. */
  readonly command?: string;
  /** Remarks printed with the summary. */
  readonly notes?: readonly string[];
  /** Image shape by data set, to find the right cost cell where several shapes were measured. */
  readonly images?: Readonly<Record<string, ImageShape>>;
  /** Host whose costs are shown; default: the one that covers most methods. Costs of hosts are never mixed. */
  readonly host?: string;
}
