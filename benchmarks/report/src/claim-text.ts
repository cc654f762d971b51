import type { JudgedComparison } from '@paretrain/claims';

import { formatWithInterval } from './format.ts';

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
