import { renderSvg, type Figure, type FigureData } from '../figure.ts';
import { formatNumber } from '../format.ts';
import type { Group } from '../group.ts';
import { layoutPareto, paretoPoints, type ParetoPoint, type ParetoSize } from './pareto-layout.ts';
import { paretoSpec } from './pareto-spec.ts';

/** Sizes of the plot for wide screens and for phones. */
export const WIDE: ParetoSize = { width: 760, height: 430 };
export const NARROW: ParetoSize = { width: 300, height: 340 };

/** `distance (px), lower is better`. */
function qualityTitle(group: Group): string {
  const { name, unit, higherIsBetter } = group.quality ?? { name: 'result', unit: '', higherIsBetter: false };
  return `${name}${unit ? ` (${unit})` : ''}, ${higherIsBetter ? 'higher' : 'lower'} is better`;
}

/** `seconds per epoch on wasm, lower is cheaper`; without a backend where the points' names have theirs. */
function costTitle({ backend }: Group): string {
  return `seconds per epoch${backend === null ? '' : ` on ${backend}`}, lower is cheaper`;
}

/** Quality against seconds per epoch with the Pareto front as steps. Null where there is none. */
export async function paretoFigure(group: Group, size: ParetoSize): Promise<Figure | null> {
  const points = paretoPoints(group);
  if (group.front.length === 0 || !group.quality) return null;
  return {
    name: `pareto-${group.id}`,
    description: describe(group, points),
    svg: await renderSvg(
      paretoSpec(layoutPareto(group, size), { xTitle: costTitle(group), yTitle: qualityTitle(group) }),
    ),
    data: paretoData(points),
  };
}

function describe(group: Group, points: readonly ParetoPoint[]): string {
  const unit = group.quality?.unit ? ` ${group.quality.unit}` : '';
  const listed = points.map(
    ({ summary, x, y }) =>
      `${summary.label} ${formatNumber(y)}${unit} at ${formatNumber(x)} s${summary.front === 'on' ? ' (Pareto front)' : ''}`,
  );
  return `${group.title}: ${qualityTitle(group)}, against seconds per epoch. ${listed.join('; ')}.`;
}

function paretoData(points: readonly ParetoPoint[]): FigureData {
  return points.map(({ summary }) => ({
    method: summary.method,
    backend: summary.runs[0]?.backend.name ?? null,
    reference: Number(summary.reference),
    seeds: summary.quality?.n ?? 0,
    mean: summary.quality?.mean ?? null,
    low95: summary.quality?.interval?.[0] ?? null,
    high95: summary.quality?.interval?.[1] ?? null,
    seconds_per_epoch: summary.seconds?.value ?? null,
    seconds_low95: summary.seconds?.interval?.[0] ?? null,
    seconds_high95: summary.seconds?.interval?.[1] ?? null,
    targets: summary.cost?.targets ?? null,
    pareto: summary.reference ? null : summary.front,
  }));
}
