import { join } from 'node:path';
import type { ImageShape, Suite } from '@paretrain/core';
import {
  buildModel,
  joinCost,
  resultTable,
  summarySentences,
  writeReport,
  type ReportInput,
} from '@paretrain/report';
import { listCosts, readHistory, type CostResult, type HistoryEntry, type RunResult } from '@paretrain/store';
import { hostId } from './cost/host.ts';
import { formatTable } from './output/table.ts';
import type { Plan } from './plan/plan.ts';
import type { RunFolders } from './run/messages.ts';

export interface ReportRequest {
  readonly suite: Suite;
  readonly profile: string;
  readonly results: readonly RunResult[];
  readonly resultsRoot: string;
  readonly images: Readonly<Record<string, ImageShape>>;
  readonly command: string;
}

export interface ReportOutcome {
  /** Path of the page. */
  readonly html: string;
  readonly table: string;
  readonly summary: readonly string[];
  readonly costs: readonly CostResult[];
}

/** Writes the report of a bench that has just ended. */
export function reportOn(options: {
  readonly plan: Plan;
  readonly results: readonly RunResult[];
  readonly folders: RunFolders;
  readonly command: string;
}): Promise<ReportOutcome> {
  const { plan, results, folders, command } = options;
  return report({
    suite: plan.suite,
    profile: plan.profile,
    results,
    resultsRoot: folders.results,
    images: Object.fromEntries(plan.runs.map((run) => [run.dataset.name, run.description.image])),
    command,
  });
}

/** Writes the page, figures and CSV of stored runs to `<results>/report/<suite>`. */
export async function report(request: ReportRequest): Promise<ReportOutcome> {
  const { suite, profile, results, resultsRoot } = request;
  const costs = await listCosts(resultsRoot, hostId());
  const histories: Record<string, HistoryEntry[]> = {};
  for (const { id } of results) histories[id] = await readHistory(resultsRoot, suite.name, id);
  const input: ReportInput = {
    title: suite.title,
    suite: suite.name,
    profile,
    generatedAt: new Date().toISOString(),
    runs: results,
    costs,
    histories,
    command: request.command,
    images: request.images,
  };
  const written = await writeReport(input, join(resultsRoot, 'report', `${suite.name}-${profile}`));
  return {
    html: written.html,
    table: formatTable(resultTable(input)),
    summary: buildModel(input).groups.flatMap(summarySentences),
    costs,
  };
}

/** Results with the cost of their cell, as `--json` prints them. */
export function joinCosts(
  results: readonly RunResult[],
  costs: readonly CostResult[],
): (RunResult & { cost: CostResult | null })[] {
  return results.map((result) => ({ ...result, cost: joinCost(result, costs) }));
}
