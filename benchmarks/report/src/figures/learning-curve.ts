import type { HistoryEntry } from '@paretrain/store';

import { renderSvg, type Figure } from '../figure.ts';
import { formatInteger } from '../format.ts';
import { slug } from '../html.ts';
import type { Group, MethodSummary } from '../group.ts';
import { THEME } from '../palette.ts';
import { plotScale, scaleSpec } from './plot-scale.ts';

/** One seed's losses. */
interface Curve {
  readonly seed: number;
  readonly entries: readonly HistoryEntry[];
}

/** Curves of a method's runs that have a history; failed runs show how far they came. */
export function curvesOf(
  summary: MethodSummary,
  histories: Readonly<Record<string, readonly HistoryEntry[]>>,
): Curve[] {
  return summary.runs.flatMap((run) => {
    const entries = histories[run.id];
    return entries && entries.length > 0 ? [{ seed: run.seed, entries }] : [];
  });
}

/**
 * Validation loss (training loss where nothing validates) by epoch, a line per seed, the kept epoch marked. Losses of
 * different objectives cannot be compared, so each method has a vertical axis of its own; `lastEpoch` makes the
 * horizontal one common. Null without a history.
 */
export async function learningCurveFigure(
  group: Group,
  summary: MethodSummary,
  curves: readonly Curve[],
  lastEpoch: number,
): Promise<Figure | null> {
  if (curves.length === 0) return null;
  const validated = curves.every(({ entries }) => entries.every((entry) => entry.validationLoss !== null));
  const rows = curves.flatMap(({ seed, entries }) => {
    // The last entry marked best is the one whose weights were kept; where nothing validates, the last.
    const kept = (entries.findLast((entry) => entry.best) ?? entries.at(-1))?.epoch;
    return entries.map((entry) => ({
      seed,
      epoch: entry.epoch,
      loss: validated && entry.validationLoss !== null ? entry.validationLoss : entry.loss,
      kept: entry.epoch === kept,
    }));
  });
  const kind = validated ? 'validation loss' : 'training loss';
  const y = plotScale({ values: rows.map((row) => row.loss), logFrom: 8, fromZero: false, margin: 0.06 });
  const epochs = `${formatInteger(Math.max(...rows.map((row) => row.epoch)))} epochs`;
  const xField = {
    field: 'epoch',
    type: 'quantitative',
    scale: scaleSpec({ type: 'linear', domain: [Math.min(1, lastEpoch - 1), lastEpoch] }),
    axis: {
      title: 'epoch',
      grid: false,
      format: 'd',
      values: epochTicks(lastEpoch),
    },
  } as const;
  const yField = {
    field: 'loss',
    type: 'quantitative',
    scale: scaleSpec(y),
    axis: { title: y.type === 'log' ? `${kind} (log)` : kind, grid: true, tickCount: 4, format: '~g' },
  } as const;
  const svg = await renderSvg({
    title: { text: `${summary.method} on ${group.backend}` },
    width: 230,
    height: 150,
    layer: [
      {
        data: { values: rows },
        mark: { type: 'line', stroke: summary.marker.color, strokeWidth: 1.4, strokeJoin: 'round' },
        encoding: { x: xField, y: yField, detail: { field: 'seed', type: 'nominal' } },
      },
      {
        data: { values: rows.filter((row) => row.kept) },
        mark: {
          type: 'point',
          shape: 'circle',
          size: 60,
          fill: summary.marker.color,
          stroke: THEME.panel.light,
          strokeWidth: 1.5,
          opacity: 1,
        },
        encoding: { x: xField, y: yField },
      },
    ],
  });
  return {
    name: `learning-curve-${group.id}-${slug(summary.method)}`,
    description: `${summary.method}, ${group.title}: ${kind} by epoch, ${curves.length} seed(s), ${epochs}.`,
    svg,
    data: rows.map(({ seed, epoch, loss, kept }) => ({
      backend: group.backend,
      seed,
      epoch,
      [kind.replace(' ', '_')]: loss,
      kept: kept ? 1 : 0,
    })),
  };
}

/** The first and last epoch and round numbers between. */
function epochTicks(last: number): number[] {
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find((size) => last / size <= 6) ?? last;
  const values = [];
  for (let epoch = step; epoch <= last; epoch += step) values.push(epoch);
  return step > 1 ? [1, ...values] : values;
}
