import { evidenceOf, judgeClaim, mainMatrix, type JudgedClaim } from '@paretrain/claims';
import { MissingEvidence, trainingSettings, type ImageShape, type Suite } from '@paretrain/core';
import { joinCost } from '@paretrain/report';
import type { CostResult, RunResult } from '@paretrain/store';

export interface JudgeRequest {
  readonly suite: Suite;
  /** Of one profile. */
  readonly results: readonly RunResult[];
  /** Of any hosts and cells. */
  readonly costs: readonly CostResult[];
  /** Image shape by data set, to find the right cost where several shapes were measured. */
  readonly images: Readonly<Record<string, ImageShape>>;
}

/**
 * Judges a suite's claims on stored runs. Claims about time are about the published batch size, with features computed at every step as
 * in the papers, whatever the runs trained with; all costs come from one host.
 */
export function judgeSuite({ suite, results, costs, images }: JudgeRequest): JudgedClaim[] {
  const { batchSize } = trainingSettings.parse(suite.profiles.paper.training);
  const runs = mainMatrix(results);
  const computed = costs.filter(({ targets }) => targets !== 'cached');
  const costOn = (host: string, run: RunResult): CostResult | null => {
    const image = images[run.dataset.name];
    const asPublished = withBatchSize(run, batchSize);
    return joinCost(asPublished, computed, { host, ...(image && { image }) });
  };
  const host = mostOften(computed, (one) => runs.filter((run) => costOn(one, run) !== null).length);
  const costOf = (run: RunResult): CostResult => {
    const cost = host === null ? null : costOn(host, run);
    if (cost) return cost;
    throw new MissingEvidence(
      `the cost of ${run.method} on ${run.dataset.name} at batch size ${batchSize} with computed targets`,
    );
  };
  const evidence = evidenceOf({ runs, costOf });
  return suite.claims.map((claim) => judgeClaim(claim, evidence));
}

function withBatchSize(run: RunResult, batchSize: number): RunResult {
  const { settings } = run;
  return { ...run, settings: { ...settings, training: { ...settings.training, batchSize } } };
}

/** The host with the highest score, or of equals the first by name; null without any. */
function mostOften(costs: readonly CostResult[], score: (host: string) => number): string | null {
  const hosts = [...new Set(costs.map(({ host }) => host))].sort();
  const scored = hosts.map((host) => ({ host, score: score(host) }));
  return scored.sort((a, b) => b.score - a.score)[0]?.host ?? null;
}
