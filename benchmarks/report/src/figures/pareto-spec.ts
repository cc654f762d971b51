import type { TopLevelSpec } from 'vega-lite';

import { THEME } from '../palette.ts';
import { LABEL_SIZE, NOTE_SIZE, type ParetoLayout, type PlotText } from './pareto-layout.ts';
import { scaleSpec, type PlotScale } from './plot-scale.ts';

type Layers = Extract<TopLevelSpec, { layer: unknown }>['layer'];

const SYMBOL_AREA = 130;
/** Vega-Lite takes a field without a scale as pixels, or as the colour or shape itself. */
const PIXEL_X = { field: 'px', type: 'quantitative', scale: null } as const;
const PIXEL_Y = { field: 'py', type: 'quantitative', scale: null } as const;
const STROKE = { field: 'stroke', type: 'nominal', scale: null } as const;

/** The chart as a Vega-Lite specification, from back to front. */
export function paretoSpec(
  layout: ParetoLayout,
  { xTitle, yTitle }: { readonly xTitle: string; readonly yTitle: string },
): TopLevelSpec {
  const { width, height, x, y, points, steps, lines, labels, notes } = layout;
  const narrow = width < 500;
  const xField = {
    field: 'x',
    type: 'quantitative',
    scale: scaleSpec(x),
    axis: {
      title: x.type === 'log' ? xTitle.replace(', ', ' (log), ') : xTitle,
      labelFlush: false,
      ...ticks(x, narrow ? 4 : 8),
    },
  } as const;
  const yField = {
    field: 'y',
    type: 'quantitative',
    scale: scaleSpec(y),
    axis: { title: y.type === 'log' ? yTitle.replace(', ', ' (log), ') : yTitle, ...ticks(y, 6) },
  } as const;
  const rows = points.map(({ summary: _summary, ...row }) => row);
  const errorBar = { type: 'rule', strokeWidth: 1.5, strokeCap: 'round' } as const;
  const leaders = labels
    .filter((label) => label.leader)
    .map((label) => ({ px: label.x, py: label.y, px2: label.labelX, py2: label.labelY }));
  return {
    width,
    height,
    layer: [
      {
        data: { values: [...steps] },
        mark: { type: 'area', interpolate: 'step-after', fill: THEME.dominated.light, opacity: 1 },
        encoding: { x: xField, y: yField, y2: { field: 'worst' } },
      },
      {
        data: { values: [...lines] },
        mark: { type: 'rule', stroke: THEME.muted.light, strokeDash: [2, 4], strokeWidth: 1.5 },
        encoding: { y: yField },
      },
      {
        data: { values: [...steps] },
        mark: { type: 'line', interpolate: 'step-after', stroke: THEME.front.light, strokeWidth: 2.5 },
        encoding: { x: xField, y: yField, order: { field: 'order' } },
      },
      {
        data: { values: rows },
        mark: errorBar,
        encoding: { x: xField, y: { ...yField, field: 'yLow' }, y2: { field: 'yHigh' }, stroke: STROKE },
      },
      {
        data: { values: rows },
        mark: errorBar,
        encoding: { x: { ...xField, field: 'xLow' }, x2: { field: 'xHigh' }, y: yField, stroke: STROKE },
      },
      {
        data: { values: leaders },
        mark: { type: 'rule', stroke: THEME.muted.light, strokeWidth: 1 },
        encoding: { x: PIXEL_X, y: PIXEL_Y, x2: { field: 'px2' }, y2: { field: 'py2' } },
      },
      {
        data: { values: rows },
        mark: { type: 'point', size: SYMBOL_AREA, strokeWidth: 2, opacity: 1 },
        encoding: {
          x: xField,
          y: yField,
          stroke: STROKE,
          fill: { field: 'fill', type: 'nominal', scale: null },
          shape: { field: 'shape', type: 'nominal', scale: null },
        },
      },
      ...textLayers(notes, THEME.muted.light, NOTE_SIZE),
      ...textLayers(
        labels.map(({ text, labelX: px, labelY: py, align }) => ({ text, px, py, align })),
        THEME.ink.light,
        LABEL_SIZE,
      ),
    ],
  };
}

/** Text with a halo below it, so that lines do not run through the letters. */
function textLayers(texts: readonly PlotText[], fill: string, fontSize: number): Layers {
  return (['left', 'right', 'center'] as const).flatMap((align): Layers => {
    const values = texts.filter((text) => text.align === align);
    if (values.length === 0) return [];
    const encoding = { x: PIXEL_X, y: PIXEL_Y, text: { field: 'text', type: 'nominal' } } as const;
    const text = { type: 'text', align, baseline: 'middle', fontSize, fontWeight: 500 } as const;
    const panel = THEME.panel.light;
    return [
      {
        data: { values },
        mark: { ...text, fill: panel, stroke: panel, strokeWidth: 4, strokeJoin: 'round', opacity: 0.85 },
        encoding,
      },
      { data: { values }, mark: { ...text, fill }, encoding },
    ];
  });
}

/** Plain ticks on a linear axis; on a log axis 1, 2 and 5 of each decade, fewer where it is long. */
function ticks(
  { type, domain: [low, high] }: PlotScale,
  count: number,
): { tickCount: number } | { values: number[]; labelExpr: string } {
  if (type === 'linear') return { tickCount: count };
  const decades = Math.log10(high / low);
  const steps = decades > 4 ? [1] : decades > 2.5 ? [1, 3] : [1, 2, 5];
  const values: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power += 1) {
    for (const step of steps) {
      const value = Number((step * 10 ** power).toPrecision(1));
      if (value >= low && value <= high) values.push(value);
    }
  }
  return { values, labelExpr: "format(datum.value, '~g')" };
}
