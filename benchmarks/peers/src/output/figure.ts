import { THEME, renderSvg, standaloneSvg } from '@paretrain/report';
import type { Bar } from '../row.ts';
import type { TableRow } from '../table.ts';
import { barText } from './markdown-table.ts';

const HELD = '#0072b2';
const MISSED = '#d55e00';

/**
 * The table as one drawing, an SVG file: how far every row is from its bar. The axis is the figure by its bar, turned round where more
 * is better, so that left of 1 is held in every row.
 */
export async function tableFigure(rows: readonly TableRow[]): Promise<string> {
  const values = rows.flatMap((row) => {
    if (!row.judged) return [];
    const share = (figure: number): number => shareOfBar(row.bar, figure);
    const [low, high] = row.judged.interval95.map(share).sort((a, b) => a - b) as [number, number];
    return [
      {
        label: row.title,
        value: share(row.judged.value),
        low,
        high,
        goal: row.bar.goal === undefined ? null : share(row.bar.goal),
        color: row.verdict === 'missed' ? MISSED : HELD,
        text: `${row.judged.value.toFixed(2)} (${barText(row.bar)})`,
      },
    ];
  });
  const y = {
    field: 'label',
    type: 'nominal',
    // In the table's order; by itself Vega-Lite takes that of the first layer.
    sort: values.map(({ label }) => label),
    // Without a canvas the width of text is overestimated, and any limit cuts too early.
    axis: { title: null, labelLimit: 1000, domain: false, ticks: false, labelPadding: 12 },
  } as const;
  const x = {
    field: 'value',
    type: 'quantitative',
    scale: { zero: false, nice: true, padding: 14 },
    axis: { title: 'share of the bar, left of 1 is better than asked for', format: '.2~f', tickCount: 7 },
  } as const;
  const color = { field: 'color', type: 'nominal', scale: null } as const;
  const svg = await renderSvg({
    width: 380,
    height: { step: 24 },
    layer: [
      { data: { values: [{ bar: 1 }] }, mark: { type: 'rule', stroke: THEME.ink.light, strokeWidth: 1.5 }, encoding: { x: { ...x, field: 'bar' } } }, // prettier-ignore
      {
        data: { values: values.filter(({ goal }) => goal !== null) },
        mark: { type: 'tick', thickness: 2, size: 14, color: THEME.muted.light },
        encoding: { x: { ...x, field: 'goal' }, y },
      },
      {
        data: { values },
        mark: { type: 'rule', strokeWidth: 2.5, strokeCap: 'round' },
        encoding: { x: { ...x, field: 'low' }, x2: { field: 'high' }, y, stroke: color },
      },
      {
        data: { values },
        mark: { type: 'point', shape: 'circle', size: 70, opacity: 1, strokeWidth: 1.5 },
        encoding: { x, y, fill: color, stroke: color },
      },
      {
        data: { values },
        mark: { type: 'text', align: 'left', fontSize: 12, fill: THEME.muted.light },
        encoding: { y, x: { value: 392 }, text: { field: 'text', type: 'nominal' } },
      },
    ],
  });
  return standaloneSvg({
    name: 'peers',
    description:
      'Every measure of the table as a share of its bar; grey ticks are goals, lines 95 % intervals.',
    svg,
    data: [],
  });
}

/** 1 at the bar, less where the figure is better. */
export function shareOfBar({ relation, value }: Bar, figure: number): number {
  return relation === '<=' ? figure / value : value / figure;
}
