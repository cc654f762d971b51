import type { JudgedClaim } from '@paretrain/claims';
import type { ImageShape, PublishedTable, Suite } from '@paretrain/core';
import type { CostResult, HistoryEntry, RunResult } from '@paretrain/store';

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
  /** What was found about the suite's claims. */
  readonly claims?: readonly JudgedClaim[];
  /** Published tables that are shown beside what was measured. */
  readonly published?: readonly PublishedTable[];
  /** The suite's scales, to say in what the runs differ from the published settings. */
  readonly profiles?: Suite['profiles'];
  /** Command that makes the same runs again. */
  readonly command?: string;
  /** Remarks printed with the summary. */
  readonly notes?: readonly string[];
  /** Image shape by data set, to find the right cost cell where several shapes were measured. */
  readonly images?: Readonly<Record<string, ImageShape>>;
  /** Host whose costs are shown; default: the one that covers most methods. Costs of hosts are never mixed. */
  readonly host?: string;
}
