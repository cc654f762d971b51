import type { JudgedClaim, JudgedComparison } from '@paretrain/claims';
import type { Suite } from '@paretrain/core';
import type { RunResult } from '@paretrain/store';

import { formatInteger, formatWithInterval } from './format.ts';
import { settingsDifferences } from './settings-differences.ts';

/** "0.12 [0.09, 0.15] share of images, 5 seeds; expected above 0", or what is missing. */
export function comparisonText({ effect, unit, holds, missing }: JudgedComparison): string {
  if (!effect) return `missing: ${missing}`;
  const { value, interval, seeds } = effect;
  const basis = seeds === null ? 'measured' : `${seeds} seeds`;
  return `${formatWithInterval(value, interval)} ${unit}, ${basis}; expected ${rangeText(holds)}`;
}

/** "above 0", "below 1", "0.5 to 0.7". */
export function rangeText({ above, below }: JudgedComparison['holds']): string {
  const text = (limit: number): string => `${Number(limit.toPrecision(3))}`;
  if (above === undefined) return `below ${text(below!)}`;
  return below === undefined ? `above ${text(above)}` : `${text(above)} to ${text(below)}`;
}

/** "2 of 4 effects speak against it."; nothing where the claim has one effect. */
export function failingText({ comparisons }: JudgedClaim): string {
  if (comparisons.length < 2) return '';
  return `${failing(comparisons).length} of ${comparisons.length} effects speak against it.`;
}

/**
 * In what the runs behind the effects that speak against a claim differ from the suite's `paper` profile, and their images.
 * @param profiles of the suite; left out: their images only
 */
export function settingsText(
  { comparisons }: JudgedClaim,
  runs: readonly RunResult[],
  profiles?: Suite['profiles'],
): string {
  const rows = failing(comparisons).flatMap((one) => one.rows);
  const own = runs.filter((run) => rows.some((row) => isOf(run, row)));
  if (!profiles) return imagesText(own);
  const differences = settingsDifferences(own, profiles).map(
    ({ what, here, paper }) => `${what} ${here} instead of ${paper}`,
  );
  const settings =
    differences.length > 0
      ? `These runs do not have the paper's settings, and the verdict is about theirs: ${differences.join('; ')}.`
      : 'These runs have every setting that the paper profile names.';
  return `${settings} ${imagesText(own)}`;
}

function failing(comparisons: readonly JudgedComparison[]): JudgedComparison[] {
  return comparisons.filter(({ outcome }) => outcome === 'fails');
}

function isOf(run: RunResult, row: JudgedComparison['rows'][number]): boolean {
  return (
    run.dataset.name === row.dataset &&
    run.method === row.method &&
    run.variant === row.variant &&
    run.latentSize === (row.latentSize ?? run.latentSize)
  );
}

/** "Images of lunar-lander: pretrain 1,200, train 2,712, test 800." */
function imagesText(runs: readonly RunResult[]): string {
  const texts = runs.map(({ dataset: { name, counts } }) => {
    const parts = Object.entries(counts).map(([split, count]) => `${split} ${formatInteger(count)}`);
    return `Images of ${name}: ${parts.join(', ')}.`;
  });
  return [...new Set(texts)].join(' ');
}
