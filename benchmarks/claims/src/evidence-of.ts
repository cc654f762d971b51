import {
  MissingEvidence,
  hasSeenLabels,
  type BySeed,
  type ClaimRow,
  type Evidence,
  type MeasuredValue,
} from '@paretrain/core';
import type { CostResult, RunResult } from '@paretrain/store';

export interface EvidenceOptions {
  /** Results of one suite and profile, one for each point of its matrix. */
  readonly runs: readonly RunResult[];
  /** The cost of a run's epochs, or null where it was not measured. */
  readonly costOf: (run: RunResult) => CostResult | null;
  /** Fewest test images that tell methods apart. Default 500: a share of half has a standard error of .022 then. */
  readonly fewestTestImages?: number;
}

/**
 * What stored results say. Left out, with the reason, are failed runs, data sets with too few test images, and data sets whose
 * labels a run's loss network has seen.
 */
export function evidenceOf({ runs, costOf, fewestTestImages = 500 }: EvidenceOptions): Evidence {
  const finished = runs.filter(({ failure }) => failure === null);

  /** The runs of a row by seed: one for each latent size. */
  const runsOf = (row: ClaimRow): Map<number, RunResult[]> => {
    const ofDataset = finished.filter(({ dataset }) => dataset.name === row.dataset);
    const own = ofDataset.filter(
      ({ method, latentSize }) => method === row.method && latentSize === (row.latentSize ?? latentSize),
    );
    if (own.length === 0) throw new MissingEvidence(`runs of ${describeRow(row)}`);
    checkJudgeable(row, own, fewestTestImages);
    const sizes = new Set(
      row.latentSize === undefined ? ofDataset.map(({ latentSize }) => latentSize) : [row.latentSize],
    );
    const bySeed = new Map<number, RunResult[]>();
    for (const run of own) bySeed.set(run.seed, [...(bySeed.get(run.seed) ?? []), run]);
    for (const [seed, all] of bySeed) {
      const has = new Set(all.map(({ latentSize }) => latentSize));
      if (has.size < all.length)
        throw new MissingEvidence(`one run of each kind of ${describeRow(row)}: several differ`);
      if ([...sizes].some((size) => !has.has(size))) bySeed.delete(seed);
    }
    if (bySeed.size === 0) {
      throw new MissingEvidence(`runs of ${describeRow(row)} at latent sizes ${[...sizes].join(', ')}`);
    }
    return bySeed;
  };

  const byRun = (row: ClaimRow, valueOf: (run: RunResult) => number | undefined, what: string): BySeed =>
    new Map(
      [...runsOf(row)].map(([seed, all]) => {
        const values = all.map((run) => valueOf(run));
        if (values.includes(undefined)) throw new MissingEvidence(`${what} of ${describeRow(row)}`);
        return [seed, mean(values as number[])];
      }),
    );

  const byCost = (
    row: ClaimRow,
    valueOf: (cost: CostResult) => MeasuredValue | null,
    what: string,
  ): MeasuredValue => {
    const all = [...runsOf(row).values()].flat();
    const cells = new Map(all.flatMap((run) => costOf(run) ?? []).map((cost) => [cost.cell, cost]));
    const values = [...cells.values()].map(valueOf);
    if (values.length === 0 || values.includes(null)) {
      throw new MissingEvidence(`${what} of ${describeRow(row)}`);
    }
    const known = values as MeasuredValue[];
    const half = Math.hypot(...known.map(({ interval: [low, high] }) => (high - low) / 2)) / known.length;
    const value = mean(known.map((one) => one.value));
    return { value, interval: [value - half, value + half] };
  };

  return {
    headline: (row) => byRun(row, ({ headline }) => headline?.value, 'the headline metric'),
    metric: (row, name) => byRun(row, ({ metrics }) => metrics[name], `metric ${name}`),
    seconds: (row, phase) => byRun(row, ({ timings }) => timings[phase], `the seconds of '${phase}'`),
    secondsPerEpoch: (row) =>
      byCost(
        row,
        ({ secondsPerEpoch: value, secondsPerEpochInterval95: interval }) =>
          value === null || interval === null ? null : { value, interval },
        'the cost of an epoch',
      ),
  };
}

function checkJudgeable(row: ClaimRow, runs: readonly RunResult[], fewest: number): void {
  for (const { dataset, settings } of runs) {
    const images = dataset.counts['test'] ?? 0;
    if (images < fewest) {
      throw new MissingEvidence(`at least ${fewest} test images of ${row.dataset}: there are ${images}`);
    }
    const network = settings.lossNetwork;
    if (network && hasSeenLabels(network.trainedOn, row.dataset)) {
      throw new MissingEvidence(
        `runs with a loss network that has not seen the labels of ${row.dataset}, as ${network.name} has`,
      );
    }
  }
}

function describeRow({ dataset, method, latentSize }: ClaimRow): string {
  return `${method} on ${dataset}${latentSize === undefined ? '' : `, latent size ${latentSize}`}`;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
