import type { TopLevelSpec } from 'vega-lite';

import { renderSvg, type Figure, type FigureData } from '../figure.ts';
import { formatNumber } from '../format.ts';
import type { Group, MethodSummary } from '../model.ts';
import { THEME } from '../palette.ts';
import { placeLabels, textWidth, type Box } from './label-placement.ts';
import { plotScale, scaleSpec } from './plot-scale.ts';

export interface ParetoSize {
  readonly width: number;
  readonly height: number;
}

/** Sizes of the plot for wide screens and for phones. */
export const WIDE: ParetoSize = { width: 760, height: 430 };
export const NARROW: ParetoSize = { width: 300, height: 340 };

const FONT_SIZE = 13;
/** Area of a symbol and the radius that it has at most. */
const SYMBOL_SIZE = 130;
const SYMBOL_RADIUS = 8;

interface Point {
  readonly summary: MethodSummary;
  readonly x: number;
  readonly y: number;
  readonly xInterval: readonly [number, number];
  readonly yInterval: readonly [number, number];
}

/** Methods that have both quality and cost, as points. */
function pointsOf(group: Group): Point[] {
  return group.methods.flatMap((summary) => {
    const { quality, seconds } = summary;
    if (!quality || !seconds) return [];
    const [x, y] = [seconds.value, quality.mean];
    return [{ summary, x, y, xInterval: seconds.interval ?? [x, x], yInterval: quality.interval ?? [y, y] }];
  });
}

/** `distance (px), lower is better`. */
export function qualityTitle(group: Group): string {
  const { name, unit, higherIsBetter } = group.quality ?? { name: 'result', unit: '', higherIsBetter: false };
  return `${name}${unit ? ` (${unit})` : ''}, ${higherIsBetter ? 'higher' : 'lower'} is better`;
}

/**
 * Quality against seconds per epoch with the Pareto front as steps. Null where no method has both.
 */
export async function paretoFigure(group: Group, size: ParetoSize): Promise<Figure | null> {
  const points = pointsOf(group);
  if (points.length === 0 || !group.quality) return null;
  return {
    name: `pareto-${group.id}`,
    description: describe(group, points),
    svg: await renderSvg(paretoSpec(group, points, size)),
    data: paretoData(points),
  };
}

function describe(group: Group, points: readonly Point[]): string {
  const unit = group.quality?.unit ? ` ${group.quality.unit}` : '';
  const listed = points.map(
    ({ summary, x, y }) =>
      `${summary.method} ${formatNumber(y)}${unit} at ${formatNumber(x)} s${summary.front === 'on' ? ' (front)' : ''}`,
  );
  return `${group.title}: ${qualityTitle(group)}, against seconds per epoch. ${listed.join('; ')}.`;
}

function paretoData(points: readonly Point[]): FigureData {
  return points.map(({ summary }) => ({
    method: summary.method,
    seeds: summary.quality?.n ?? 0,
    mean: summary.quality?.mean ?? null,
    low95: summary.quality?.interval?.[0] ?? null,
    high95: summary.quality?.interval?.[1] ?? null,
    seconds_per_epoch: summary.seconds?.value ?? null,
    seconds_low95: summary.seconds?.interval?.[0] ?? null,
    seconds_high95: summary.seconds?.interval?.[1] ?? null,
    targets: summary.cost?.targets ?? null,
    pareto: summary.front,
  }));
}

/** References near enough to the methods to be drawn as lines. */
export function drawnReferences(group: Group): MethodSummary[] {
  const values = pointsOf(group).flatMap(({ yInterval }) => yInterval);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const span = high - low || Math.abs(high);
  return group.references.filter(
    ({ quality }) => quality && quality.mean > low - span * 0.6 && quality.mean < high + span * 0.6,
  );
}

function paretoSpec(group: Group, points: readonly Point[], size: ParetoSize): TopLevelSpec {
  const { width, height } = size;
  const higher = group.quality?.higherIsBetter ?? false;
  const references = drawnReferences(group).flatMap(({ method, quality }) =>
    quality ? [{ method, y: quality.mean }] : [],
  );
  const seconds = points.flatMap(({ xInterval }) => xInterval);
  const x = plotScale({ values: seconds, logFrom: 8, fromZero: true, margin: 0.1 });
  const y = plotScale({
    values: [...points.flatMap(({ yInterval }) => yInterval), ...references.map((one) => one.y)],
    logFrom: 12,
    fromZero: false,
    margin: 0.1,
  });
  const xPixel = (value: number): number => x.position(value) * width;
  const yPixel = (value: number): number => (1 - y.position(value)) * height;

  const rows = points.map((point) => ({
    method: point.summary.method,
    x: point.x,
    y: point.y,
    xLow: point.xInterval[0],
    xHigh: point.xInterval[1],
    yLow: point.yInterval[0],
    yHigh: point.yInterval[1],
    stroke: point.summary.marker.color,
    fill: point.summary.front === 'on' ? point.summary.marker.color : THEME.panel.light,
    shape: point.summary.marker.shape,
  }));
  const worst = higher ? y.domain[0] : y.domain[1];
  const front = rows.filter((_, index) => points[index]?.summary.front === 'on').sort((a, b) => a.x - b.x);
  const [cheapest, best] = [front[0], front.at(-1)];
  const steps = [
    ...(cheapest ? [{ x: cheapest.x, y: worst }] : []),
    ...front.map((row) => ({ x: row.x, y: row.y })),
    ...(best ? [{ x: x.domain[1], y: best.y }] : []),
  ].map((row, order) => ({ ...row, order, worst }));

  const referenceRows = references.map((one, index) => ({ ...one, ...referenceLabel(one.y, index) }));
  function referenceLabel(value: number, index: number): { px: number; py: number } {
    const near = references.some((other, at) => at < index && Math.abs(yPixel(other.y) - yPixel(value)) < 18);
    return { px: width - 4, py: yPixel(value) + (near ? 10 : -8) };
  }
  const corner = { px: 8, py: higher ? 12 : height - 12, text: higher ? '↖ better' : '↙ better' };
  const labels = placeLabels(
    rows.map((row) => ({ text: row.method, x: xPixel(row.x), y: yPixel(row.y) })),
    {
      width,
      height,
      fontSize: FONT_SIZE,
      markRadius: SYMBOL_RADIUS,
      obstacles: [
        ...rows.flatMap((row) => errorBoxes(row)),
        ...referenceRows.map((row) => textBox(row.method, row.px - textWidth(row.method, 12), row.py)),
        ...referenceRows.map(({ y: value }) => band(0, width, yPixel(value), yPixel(value))),
        ...steps.slice(1).flatMap((step, index) => stepBoxes(steps[index] ?? step, step)),
        textBox(corner.text, corner.px, corner.py),
      ],
    },
  );

  function errorBoxes(row: (typeof rows)[number]): Box[] {
    return [
      band(xPixel(row.x), xPixel(row.x), yPixel(row.yHigh), yPixel(row.yLow)),
      band(xPixel(row.xLow), xPixel(row.xHigh), yPixel(row.y), yPixel(row.y)),
    ];
  }
  function stepBoxes(from: { x: number; y: number }, to: { x: number; y: number }): Box[] {
    const [top, bottom] = [Math.min(yPixel(from.y), yPixel(to.y)), Math.max(yPixel(from.y), yPixel(to.y))];
    return [
      band(xPixel(from.x), xPixel(to.x), yPixel(from.y), yPixel(from.y)),
      band(xPixel(to.x), xPixel(to.x), top, bottom),
    ];
  }

  const narrow = width < 500;
  const xField = {
    field: 'x',
    type: 'quantitative',
    scale: scaleSpec(x),
    axis: {
      title: narrow ? 'seconds per epoch' : 'seconds per epoch, lower is cheaper',
      grid: true,
      ...ticks(x, narrow ? 4 : 8),
    },
  } as const;
  const yField = {
    field: 'y',
    type: 'quantitative',
    scale: scaleSpec(y),
    axis: { title: qualityTitle(group), grid: true, ...ticks(y, 6) },
  } as const;
  const pixelX = { field: 'px', type: 'quantitative', scale: null } as const;
  const pixelY = { field: 'py', type: 'quantitative', scale: null } as const;

  return {
    width,
    height,
    layer: [
      {
        data: { values: steps },
        mark: { type: 'area', interpolate: 'step-after', fill: THEME.dominated.light, opacity: 1 },
        encoding: { x: xField, y: yField, y2: { field: 'worst' } },
      },
      {
        data: { values: referenceRows },
        mark: { type: 'rule', stroke: THEME.muted.light, strokeDash: [2, 4], strokeWidth: 1.5 },
        encoding: { y: { ...yField } },
      },
      {
        data: { values: steps },
        mark: { type: 'line', interpolate: 'step-after', stroke: THEME.front.light, strokeWidth: 2 },
        encoding: { x: xField, y: yField, order: { field: 'order' } },
      },
      {
        data: { values: rows },
        mark: { type: 'rule', strokeWidth: 1.75, strokeCap: 'round' },
        encoding: {
          x: xField,
          y: { ...yField, field: 'yLow' },
          y2: { field: 'yHigh' },
          stroke: { field: 'stroke', type: 'nominal', scale: null },
        },
      },
      {
        data: { values: rows },
        mark: { type: 'rule', strokeWidth: 1.75, strokeCap: 'round' },
        encoding: {
          x: { ...xField, field: 'xLow' },
          x2: { field: 'xHigh' },
          y: yField,
          stroke: { field: 'stroke', type: 'nominal', scale: null },
        },
      },
      {
        data: {
          values: labels
            .filter((label) => label.leader)
            .map(({ x: px, y: py, labelX, labelY }) => ({ px, py, px2: labelX, py2: labelY })),
        },
        mark: { type: 'rule', stroke: THEME.muted.light, strokeWidth: 1 },
        encoding: { x: pixelX, y: pixelY, x2: { field: 'px2' }, y2: { field: 'py2' } },
      },
      {
        data: { values: rows },
        mark: { type: 'point', size: SYMBOL_SIZE, strokeWidth: 2, opacity: 1 },
        encoding: {
          x: xField,
          y: yField,
          stroke: { field: 'stroke', type: 'nominal', scale: null },
          fill: { field: 'fill', type: 'nominal', scale: null },
          shape: { field: 'shape', type: 'nominal', scale: null },
        },
      },
      ...textLayers(
        labels.map(({ text, labelX, labelY, align }) => ({ text, px: labelX, py: labelY, align })),
        THEME.ink.light,
        FONT_SIZE,
      ),
      ...textLayers(
        referenceRows.map(({ method, px, py }) => ({ text: method, px, py, align: 'right' as const })),
        THEME.muted.light,
        12,
      ),
      ...textLayers([{ ...corner, align: 'left' as const }], THEME.muted.light, 12),
    ],
  };

  function textLayers(
    values: readonly { text: string; px: number; py: number; align: 'left' | 'right' | 'center' }[],
    fill: string,
    fontSize: number,
  ): TopLevelLayers {
    return (['left', 'right', 'center'] as const).flatMap((align) => {
      const own = values.filter((value) => value.align === align);
      if (own.length === 0) return [];
      const encoding = { x: pixelX, y: pixelY, text: { field: 'text', type: 'nominal' } } as const;
      const text = { type: 'text', align, baseline: 'middle', fontSize, fontWeight: 500 } as const;
      return [
        // A halo first, so that lines do not run through the letters.
        {
          data: { values: own },
          mark: {
            ...text,
            fill: THEME.panel.light,
            stroke: THEME.panel.light,
            strokeWidth: 4,
            strokeJoin: 'round',
          },
          encoding,
        },
        { data: { values: own }, mark: { ...text, fill }, encoding },
      ];
    });
  }
}

type TopLevelLayers = Extract<TopLevelSpec, { layer: unknown }>['layer'];

function band(left: number, right: number, top: number, bottom: number): Box {
  return { left: left - 2, right: right + 2, top: top - 2, bottom: bottom + 2 };
}

function textBox(text: string, left: number, middle: number): Box {
  return { left, right: left + textWidth(text, 12), top: middle - 8, bottom: middle + 8 };
}

/** Plain ticks on a linear axis; on a log axis 1, 2 and 5 of each decade, fewer where it is long. */
function ticks(
  scale: { type: 'linear' | 'log'; domain: readonly [number, number] },
  count: number,
): { tickCount: number } | { values: number[]; labelExpr: string } {
  if (scale.type === 'linear') return { tickCount: count };
  const [low, high] = scale.domain;
  const decades = Math.log10(high / low);
  const steps = decades > 4 ? [1] : decades > 2 ? [1, 3] : [1, 2, 5];
  const values: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power += 1) {
    for (const step of steps) {
      const value = step * 10 ** power;
      if (value >= low && value <= high) values.push(Number(value.toPrecision(1)));
    }
  }
  return { values, labelExpr: "format(datum.value, '~g')" };
}
