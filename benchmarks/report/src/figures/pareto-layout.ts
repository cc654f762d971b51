import type { Group, MethodSummary } from '../group.ts';
import { THEME } from '../palette.ts';
import { placeLabels, textWidth, type Box, type PlacedLabel } from './label-placement.ts';
import { plotScale, type PlotScale } from './plot-scale.ts';

export interface ParetoSize {
  readonly width: number;
  readonly height: number;
}

export const LABEL_SIZE = 13;
export const NOTE_SIZE = 12;
/** Most that a symbol reaches from its centre, pixels. */
const SYMBOL_RADIUS = 8;

/** A method, or a reference row whose cost was measured, as it is drawn. */
export interface ParetoPoint {
  readonly summary: MethodSummary;
  readonly method: string;
  readonly x: number;
  readonly y: number;
  readonly xLow: number;
  readonly xHigh: number;
  readonly yLow: number;
  readonly yHigh: number;
  readonly stroke: string;
  readonly fill: string;
  readonly shape: string;
}

export interface PlotText {
  readonly text: string;
  readonly px: number;
  readonly py: number;
  readonly align: 'left' | 'right' | 'center';
}

/** Everything with its place, so that the specification only has to draw. */
export interface ParetoLayout extends ParetoSize {
  readonly x: PlotScale;
  readonly y: PlotScale;
  readonly points: readonly ParetoPoint[];
  /** Corners of the front, from the worst quality of the plot to its highest cost. */
  readonly steps: readonly {
    readonly x: number;
    readonly y: number;
    readonly order: number;
    readonly worst: number;
  }[];
  /** Reference rows without a cost. */
  readonly lines: readonly { readonly y: number }[];
  readonly labels: readonly PlacedLabel[];
  readonly notes: readonly PlotText[];
}

/** Methods and references that have quality and cost; filled where they are on the front, references grey. */
export function paretoPoints(group: Group): ParetoPoint[] {
  return [...group.methods, ...group.references].flatMap((summary) => {
    const { quality, seconds, marker, reference, front, label: method } = summary;
    if (!quality || !seconds) return [];
    const [x, y] = [seconds.value, quality.mean];
    const [xLow, xHigh] = seconds.interval ?? [x, x];
    const [yLow, yHigh] = quality.interval ?? [y, y];
    const stroke = reference ? THEME.muted.light : marker.color;
    const fill = front === 'on' ? stroke : THEME.panel.light;
    return [{ summary, method, x, y, xLow, xHigh, yLow, yHigh, stroke, fill, shape: marker.shape }];
  });
}

/** References without a cost that are near enough to the points to be drawn as lines. */
export function referenceLines(group: Group): { readonly method: string; readonly y: number }[] {
  const values = paretoPoints(group).flatMap(({ yLow, yHigh }) => [yLow, yHigh]);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const span = high - low || Math.abs(high);
  return group.references.flatMap(({ method, quality, seconds }) =>
    quality && !seconds && quality.mean > low - span * 0.6 && quality.mean < high + span * 0.6
      ? [{ method, y: quality.mean }]
      : [],
  );
}

/** Scales, front and labels of a group's chart; the group must have at least one point. */
export function layoutPareto(group: Group, { width, height }: ParetoSize): ParetoLayout {
  const higher = group.quality?.higherIsBetter ?? false;
  const points = paretoPoints(group);
  const lines = referenceLines(group);
  const x = plotScale({
    values: points.flatMap(({ xLow, xHigh }) => [xLow, xHigh]),
    logFrom: 8,
    fromZero: true,
    margin: 0.1,
  });
  const y = plotScale({
    values: [...points.flatMap(({ yLow, yHigh }) => [yLow, yHigh]), ...lines.map((line) => line.y)],
    logFrom: 12,
    fromZero: false,
    margin: 0.1,
  });
  const xPixel = (value: number): number => x.position(value) * width;
  const yPixel = (value: number): number => (1 - y.position(value)) * height;
  const steps = frontSteps(points, x, higher ? y.domain[0] : y.domain[1]);
  const notes = [
    ...lineNotes(
      lines.map((line) => ({ text: line.method, y: yPixel(line.y) })),
      width,
    ),
    { text: higher ? '↖ better' : '↙ better', px: 8, py: higher ? 12 : height - 12, align: 'left' as const },
  ];
  const line = (x1: number, x2: number, y1: number, y2: number): Box => ({
    left: Math.min(xPixel(x1), xPixel(x2)) - 2,
    right: Math.max(xPixel(x1), xPixel(x2)) + 2,
    top: Math.min(yPixel(y1), yPixel(y2)) - 2,
    bottom: Math.max(yPixel(y1), yPixel(y2)) + 2,
  });
  const labels = placeLabels(
    points.map((point) => ({ text: point.method, x: xPixel(point.x), y: yPixel(point.y) })),
    {
      width,
      height,
      fontSize: LABEL_SIZE,
      markRadius: SYMBOL_RADIUS,
      obstacles: [
        ...points.flatMap((p) => [line(p.x, p.x, p.yLow, p.yHigh), line(p.xLow, p.xHigh, p.y, p.y)]),
        ...lines.map((one) => line(x.domain[0], x.domain[1], one.y, one.y)),
        ...steps.slice(1).flatMap((to, index) => {
          const from = steps[index] ?? to;
          return [line(from.x, to.x, from.y, from.y), line(to.x, to.x, from.y, to.y)];
        }),
        ...notes.map(noteBox),
      ],
    },
  );
  return { width, height, x, y, points, steps, lines, labels, notes };
}

function frontSteps(points: readonly ParetoPoint[], x: PlotScale, worst: number): ParetoLayout['steps'] {
  const front = points.filter(({ summary }) => summary.front === 'on').sort((a, b) => a.x - b.x);
  const [cheapest, best] = [front[0], front.at(-1)];
  if (!cheapest || !best) return [];
  const corners = [{ x: cheapest.x, y: worst }, ...front, { x: x.domain[1], y: best.y }];
  return corners.map((corner, order) => ({ x: corner.x, y: corner.y, order, worst }));
}

/** Lines closer than this have no room for two names between them, pixels. */
const CROWDED = 20;

/**
 * Names of reference lines at the right edge: above the line, or below it where another line is close above; further to
 * the left where a name stands there already.
 */
function lineNotes(
  lines: readonly { readonly text: string; readonly y: number }[],
  width: number,
): PlotText[] {
  const notes: PlotText[] = [];
  const fromTop = [...lines].sort((a, b) => a.y - b.y);
  fromTop.forEach(({ text, y }, index) => {
    const above = fromTop[index - 1];
    const py = y + (above && y - above.y < CROWDED ? 10 : -9);
    let px = width - 4;
    for (const other of notes) {
      if (Math.abs(other.py - py) < 16) px = Math.min(px, noteBox(other).left - 10);
    }
    notes.push({ text, px, py, align: 'right' });
  });
  return notes;
}

export function noteBox({ text, px, py, align }: PlotText): Box {
  const left = align === 'right' ? px - textWidth(text, NOTE_SIZE) : px;
  return { left, right: left + textWidth(text, NOTE_SIZE), top: py - 8, bottom: py + 8 };
}
