import {
  MissingEvidence,
  hasSeenLabels,
  type BySeed,
  type ClaimRow,
  type Evidence,
  type MeasuredValue,
} from '@paretrain/core';
import type { CostResult, RunResult } from '@paretrain/store';
import { meanOf } from './effects.ts';

export interface EvidenceOptions {
  /** Results of one suite and profile, one for each point of its matrix. */
  readonly runs: readonly RunResult[];
  /**
   * The cost of a run's epochs, or null where it was not measured.
   * @throws {MissingEvidence} to say more precisely which measurement is missing
   */
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

  /** The runs of a row by seed: one for each latent size, from the smallest. */
  const runsOf = (row: ClaimRow): Map<number, RunResult[]> => {
    const ofDataset = finished.filter(({ dataset }) => dataset.name === row.dataset);
    if (ofDataset.length === 0) throw new MissingEvidence(`runs on ${row.dataset}`);
    const own = ofDataset.filter(
      ({ method, variant, latentSize }) =>
        method === row.method && variant === row.variant && latentSize === (row.latentSize ?? latentSize),
    );
    if (own.length === 0) throw new MissingEvidence(`runs of ${describeRow(row)}`);
    checkJudgeable(row, own, fewestTestImages);
    const sizes = row.latentSize === undefined ? sizesOf(ofDataset) : [row.latentSize];
    const bySeed = new Map<number, RunResult[]>();
    for (const run of own) bySeed.set(run.seed, [...(bySeed.get(run.seed) ?? []), run]);
    for (const [seed, all] of bySeed) {
      const has = new Set(all.map(({ latentSize }) => latentSize));
      if (has.size < all.length)
        throw new MissingEvidence(`one run of each kind of ${describeRow(row)}: several differ`);
      if (sizes.some((size) => !has.has(size))) bySeed.delete(seed);
      else
        bySeed.set(
          seed,
          [...all].sort((a, b) => a.latentSize - b.latentSize),
        );
    }
    if (bySeed.size === 0) {
      throw new MissingEvidence(`runs of ${describeRow(row)} at latent sizes ${sizes.join(', ')}`);
    }
    return bySeed;
  };

  /** A value of each of a row's runs, by seed. */
  const valuesOf = <Value>(
    row: ClaimRow,
    valueOf: (run: RunResult) => Value | undefined,
    what: string,
  ): Map<number, Value[]> =>
    new Map(
      [...runsOf(row)].map(([seed, all]) => {
        const values = all.map(valueOf);
        if (values.includes(undefined)) throw new MissingEvidence(`${what} of ${describeRow(row)}`);
        return [seed, values as Value[]];
      }),
    );

  const byRun = (row: ClaimRow, valueOf: (run: RunResult) => number | undefined, what: string): BySeed =>
    new Map([...valuesOf(row, valueOf, what)].map(([seed, values]) => [seed, mean(values)]));

  const byCost = (
    row: ClaimRow,
    valueOf: (cost: CostResult) => MeasuredValue | null,
    what: string,
  ): MeasuredValue => {
    const bySeed = runsOf(row);
    // Costs have samples of their own, but no verdict rests on what was run once.
    if (bySeed.size < 2) throw new MissingEvidence(`a second seed of ${describeRow(row)}`);
    const cells = new Map(
      [...bySeed.values()]
        .flat()
        .flatMap((run) => costOf(run) ?? [])
        .map((cost) => [cost.cell, cost]),
    );
    const values = [...cells.values()].map(valueOf);
    const known = values.flatMap((value) => value ?? []);
    if (known.length === 0 || known.length < values.length) {
      throw new MissingEvidence(`${what} of ${describeRow(row)}`);
    }
    return meanOf(...known);
  };

  return {
    latentSizes: (dataset) => {
      const sizes = sizesOf(finished.filter((run) => run.dataset.name === dataset));
      if (sizes.length === 0) throw new MissingEvidence(`runs on ${dataset}`);
      return sizes;
    },
    headline: (row) => byRun(row, ({ headline }) => headline?.value, 'the headline metric'),
    metric: (row, name) => byRun(row, ({ metrics }) => metrics[name], `metric ${name}`),
    curve: (row, name) => {
      const curves = valuesOf(row, (run) => run.curves?.[name], `metric ${name} after every epoch`);
      return new Map([...curves].map(([seed, own]) => [seed, meanCurve(row, own)]));
    },
    bestEpoch: (row) => byRun(row, ({ epochs }) => epochs.best, 'the best epoch'),
    seconds: (row, phase) => byRun(row, ({ timings }) => timings[phase], `the seconds of '${phase}'`),
    secondsPerEpoch: (row) =>
      byCost(
        row,
        ({ secondsPerEpoch: value, secondsPerEpochInterval95: interval }) =>
          value === null || interval === null ? null : { value, interval },
        'the cost of an epoch',
      ),
    secondsPerEncoding: (row) =>
      byCost(
        row,
        ({ encodeMsPerImage: value, encodeMsPerImageInterval95: interval }) =>
          value === null || !interval
            ? null
            : { value: value / 1000, interval: [interval[0] / 1000, interval[1] / 1000] },
        'the time of encoding an image, with its interval,',
      ),
  };
}

function sizesOf(runs: readonly RunResult[]): number[] {
  return [...new Set(runs.map(({ latentSize }) => latentSize))].sort((a, b) => a - b);
}

/** Epoch by epoch, over the latent sizes. */
function meanCurve(row: ClaimRow, curves: readonly (readonly number[])[]): number[] {
  const lengths = [...new Set(curves.map(({ length }) => length))];
  if (lengths.length > 1) {
    throw new MissingEvidence(
      `runs of ${describeRow(row)} with as many epochs at every latent size: there are ${lengths.join(' and ')}`,
    );
  }
  return curves[0]!.map((_, epoch) => mean(curves.map((curve) => curve[epoch]!)));
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

function describeRow({ dataset, method, variant, latentSize }: ClaimRow): string {
  const name = variant === undefined ? method : `${method} (${variant})`;
  return `${name} on ${dataset}${latentSize === undefined ? '' : `, latent size ${latentSize}`}`;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
