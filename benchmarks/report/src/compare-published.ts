import { mainMatrix } from '@paretrain/claims';
import type { PublishedTable } from '@paretrain/core';
import type { RunResult } from '@paretrain/store';

import { estimate, type Estimate } from './statistics.ts';

/**
 * Where a measured value stands beside the published one: its 95 % interval reaches it, or its published deviation; it is better or worse
 * beyond that; one seed, which has no interval; or it was not measured.
 */
export type PublishedAgreement = 'agrees' | 'better' | 'worse' | 'one seed' | 'not measured';

/** A published value beside the measured one. */
export interface ComparedCell {
  readonly published: PublishedTable['rows'][number];
  /** Over seeds. */
  readonly measured: Estimate | null;
  readonly agreement: PublishedAgreement;
}

export interface ComparedTable {
  readonly table: PublishedTable;
  readonly cells: readonly ComparedCell[];
}

/** Every published cell beside what the runs give, of one backend, loss network and set of training settings. */
export function comparePublished(
  tables: readonly PublishedTable[],
  results: readonly RunResult[],
): ComparedTable[] {
  const runs = mainMatrix(results).filter(({ failure }) => failure === null);
  return tables.map((table) => ({
    table,
    cells: table.rows.map((published): ComparedCell => {
      const values = valuesOf(table, published, runs);
      const measured = values.length > 0 ? estimate(values) : null;
      const higherIsBetter = isHigherBetter(table, published, runs);
      return { published, measured, agreement: agreementOf(published, measured, higherIsBetter) };
    }),
  }));
}

function agreementOf(
  { value, deviation = 0 }: ComparedCell['published'],
  measured: Estimate | null,
  higherIsBetter: boolean,
): PublishedAgreement {
  if (!measured) return 'not measured';
  if (!measured.interval) return 'one seed';
  const [low, high] = measured.interval;
  if (low <= value + deviation && high >= value - deviation) return 'agrees';
  return measured.mean > value === higherIsBetter ? 'better' : 'worse';
}

type Row = PublishedTable['rows'][number];

/** A value for each seed. */
function valuesOf(table: PublishedTable, row: Row, runs: readonly RunResult[]): number[] {
  if (table.relativeTo !== 'best') return [...bySeed(table, row, runs, mean).values()];
  const higher = isHigherBetter(table, row, runs);
  const best = (values: readonly number[]): number => (higher ? Math.max : Math.min)(...values);
  // Each method at its best latent size, beside the best of all methods that were run.
  const own = bySeed(table, row, runs, best);
  const rivals = table.rows
    .filter(({ dataset }) => dataset === row.dataset)
    .map((rival) => bySeed(table, rival, runs, best));
  return [...own].flatMap(([seed, value]) => {
    const top = best(rivals.flatMap((values) => values.get(seed) ?? []));
    return rivals.every((values) => values.has(seed)) ? [higher ? value / top : top / value] : [];
  });
}

/** Values of a row's runs by seed, over the latent sizes where the row names none; seeds that lack a size are left out. */
function bySeed(
  { metric }: PublishedTable,
  { dataset, method, variant, latentSize }: Row,
  runs: readonly RunResult[],
  combine: (values: readonly number[]) => number,
): Map<number, number> {
  const own = runs.filter(
    (run) =>
      run.dataset.name === dataset &&
      run.method === method &&
      run.variant === variant &&
      run.latentSize === (latentSize ?? run.latentSize),
  );
  const sizes = new Set(own.map((run) => run.latentSize)).size;
  const values = new Map<number, number[]>();
  for (const run of own) {
    const value = metric === 'headline' ? run.headline?.value : run.metrics[metric];
    if (value !== undefined) values.set(run.seed, [...(values.get(run.seed) ?? []), value]);
  }
  return new Map(
    [...values].flatMap(([seed, all]) => (all.length === sizes ? [[seed, combine(all)] as const] : [])),
  );
}

/** Results say it of their headline; of other metrics the name does: accuracies are the higher the better, errors the lower. */
function isHigherBetter({ metric }: PublishedTable, { dataset }: Row, runs: readonly RunResult[]): boolean {
  const headlines = runs.flatMap((run) =>
    run.headline && run.dataset.name === dataset ? [run.headline] : [],
  );
  const own = headlines.find((one) => metric === 'headline' || one.metric === metric);
  return own?.higherIsBetter ?? /accuracy$/i.test(metric);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
