import { join } from 'node:path';
import type { JudgedClaim } from '@paretrain/claims';
import type { ImageShape, Suite } from '@paretrain/core';
import {
  buildModel,
  joinCost,
  resultTable,
  summaryLines,
  writeReport,
  type ReportInput,
} from '@paretrain/report';
import {
  listAllCosts,
  listCosts,
  readHistory,
  type CostResult,
  type HistoryEntry,
  type RunResult,
} from '@paretrain/store';
import { judgeSuite } from './claims/judge-suite.ts';
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
  /** Host whose costs are shown; default: the one that has most of them. */
  readonly host?: string;
}

export interface ReportOutcome {
  /** Path of the page. */
  readonly html: string;
  readonly table: string;
  readonly summary: readonly string[];
  /** The results with the cost of their cell, as `--json` prints them. */
  readonly runs: readonly (RunResult & { cost: CostResult | null })[];
  /** What these runs say of the suite's claims. */
  readonly claims: readonly JudgedClaim[];
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
    host: hostId(),
  });
}

/** Writes the page, figures and CSV of stored runs to `<results>/report/<suite>`. */
export async function report(request: ReportRequest): Promise<ReportOutcome> {
  const { suite, profile, results, resultsRoot } = request;
  const costs = request.host ? await listCosts(resultsRoot, request.host) : await listAllCosts(resultsRoot);
  const histories: Record<string, HistoryEntry[]> = {};
  for (const { id } of results) histories[id] = await readHistory(resultsRoot, suite.name, id);
  const claims = judgeSuite({ suite, results, costs, images: request.images });
  const input: ReportInput = {
    title: suite.title,
    suite: suite.name,
    profile,
    // The time of the newest run, so that the same runs give the same page.
    generatedAt: results
      .map((result) => result.finishedAt)
      .sort()
      .at(-1)!,
    runs: results,
    costs,
    histories,
    command: request.command,
    images: request.images,
    claims,
    published: suite.published,
    profiles: suite.profiles,
  };
  const written = await writeReport(input, join(resultsRoot, 'report', `${suite.name}-${profile}`));
  return {
    html: written.html,
    table: formatTable(resultTable(input)),
    summary: summaryLines(buildModel(input)),
    runs: results.map((result) => {
      const image = request.images[result.dataset.name];
      return { ...result, cost: joinCost(result, costs, image ? { image } : {}) };
    }),
    claims,
  };
}
