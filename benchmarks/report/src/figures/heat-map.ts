import { renderSvg, type Figure } from '../figure.ts';
import { formatNumber } from '../format.ts';
import type { Group, MethodSummary } from '../group.ts';
import { slug } from '../html.ts';
import { THEME } from '../palette.ts';

/** How variants of two parts are written. */
const JOIN = ' + ';

/** The score of one part, alone or with another. */
interface Cell {
  readonly first: string;
  readonly second: string;
  readonly value: number;
  readonly seeds: number;
}

/** Methods of a group that were run in variants of one and two parts, with their cells. */
export function pairedVariants(group: Group): { readonly method: string; readonly cells: readonly Cell[] }[] {
  const byMethod = new Map<string, Cell[]>();
  for (const summary of group.methods) {
    const cell = cellOf(summary);
    const method = summary.runs[0]?.method;
    if (cell && method !== undefined) byMethod.set(method, [...(byMethod.get(method) ?? []), cell]);
  }
  return [...byMethod].flatMap(([method, cells]) =>
    cells.some(({ first, second }) => first !== second) ? [{ method, cells }] : [],
  );
}

function cellOf({ runs, quality, succeeded }: MethodSummary): Cell | null {
  const variant = runs[0]?.variant;
  if (variant === undefined || !quality) return null;
  const [first, second = first, ...others] = variant.split(JOIN);
  if (first === undefined || second === undefined || others.length > 0) return null;
  return { first, second, value: quality.mean, seeds: succeeded.length };
}

/**
 * Every part alone (the diagonal) and every pair of them (both halves alike), coloured by the headline metric. Colours are
 * viridis: told apart by eyes that see few colours, and in grey.
 */
export async function heatMapFigure(group: Group, method: string, cells: readonly Cell[]): Promise<Figure> {
  const parts = [...new Set(cells.flatMap(({ first, second }) => [first, second]))];
  const values = cells.map(({ value }) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const higherIsBetter = group.quality?.higherIsBetter ?? true;
  const drawn = cells.flatMap(({ first, second, value }) => {
    const lightness = high > low ? (value - low) / (high - low) : 1;
    const text = {
      value,
      text: formatNumber(value),
      // Viridis ends in yellow, which dark letters are read on.
      ink: (higherIsBetter ? lightness : 1 - lightness) > 0.6 ? '#111111' : '#ffffff',
    };
    const mirrored = first === second ? [] : [{ row: second, column: first, ...text }];
    return [{ row: first, column: second, ...text }, ...mirrored];
  });
  const axis = { domain: false, ticks: false, grid: false, title: null, labelLimit: 200 } as const;
  const encoding = {
    x: { field: 'column', type: 'nominal', sort: parts, axis: { ...axis, labelAngle: -40 } },
    y: { field: 'row', type: 'nominal', sort: parts, axis },
  } as const;
  const side = Math.max(46, Math.min(64, 420 / parts.length));
  const svg = await renderSvg({
    title: { text: `${method} on ${group.dataset.name}: ${group.quality?.name ?? ''}` },
    width: side * parts.length,
    height: side * parts.length * 0.7,
    data: { values: drawn },
    layer: [
      {
        mark: { type: 'rect', stroke: THEME.panel.light, strokeWidth: 2 },
        encoding: {
          ...encoding,
          color: {
            field: 'value',
            type: 'quantitative',
            scale: { scheme: 'viridis', domain: [low, high], reverse: !higherIsBetter },
            legend: null,
          },
        },
      },
      {
        mark: { type: 'text', fontSize: 12 },
        encoding: {
          ...encoding,
          text: { field: 'text', type: 'nominal' },
          fill: { field: 'ink', type: 'nominal', scale: null },
        },
      },
    ],
  });
  const best = cells.reduce((a, b) => (a.value > b.value === higherIsBetter ? a : b));
  return {
    name: `heat-map-${group.id}-${slug(method)}`,
    description:
      `${method}, ${group.title}: ${group.quality?.name ?? 'result'} of every transformation alone and every pair, from ` +
      `${formatNumber(low)} to ${formatNumber(high)}; best ${[...new Set([best.first, best.second])].join(' and ')}.`,
    svg,
    data: cells.map(({ first, second, value, seeds }) => ({ first, second, value, seeds })),
  };
}
