import { renderSvg, type Figure } from '../figure.ts';
import type { Group, MethodSummary } from '../group.ts';
import { THEME } from '../palette.ts';
import { scaleSpec } from './plot-scale.ts';

/** The headline metric of a method after every epoch, averaged over its seeds. */
interface EpochCurve {
  readonly summary: MethodSummary;
  readonly values: readonly number[];
  readonly seeds: number;
}

/** Curves of the methods whose headline metric was measured after every epoch; only epochs that all seeds have. */
function epochCurvesOf({ methods, references }: Group): EpochCurve[] {
  return [...methods, ...references].flatMap((summary) => {
    const { headlineMetric, succeeded } = summary;
    const own = succeeded.flatMap((run) => {
      const curve = headlineMetric === null ? undefined : run.curves?.[headlineMetric];
      return curve ? [curve] : [];
    });
    if (own.length === 0) return [];
    const epochs = Math.min(...own.map((curve) => curve.length));
    const values = Array.from(
      { length: epochs },
      (_, epoch) => own.reduce((sum, curve) => sum + curve[epoch]!, 0) / own.length,
    );
    return [{ summary, values, seeds: own.length }];
  });
}

/** The headline metric of every method after every epoch, the best epoch of each marked. Null without curves. */
export async function epochMetricFigure(group: Group): Promise<Figure | null> {
  const curves = epochCurvesOf(group);
  if (curves.length === 0) return null;
  const higherIsBetter = group.quality?.higherIsBetter ?? true;
  const rows = curves.flatMap(({ summary, values, seeds }) => {
    const best = (higherIsBetter ? Math.max : Math.min)(...values);
    const { method } = summary;
    const at = values.indexOf(best);
    return values.map((value, i) => ({
      ...{ method, epoch: i + 1, value, seeds },
      best: i === at,
    }));
  });
  const last = Math.max(...rows.map(({ epoch }) => epoch));
  const unit = group.quality?.unit ? ` (${group.quality.unit})` : '';
  const x = {
    field: 'epoch',
    type: 'quantitative',
    scale: scaleSpec({ type: 'linear', domain: [Math.min(1, last - 1), last] }),
    axis: { title: 'epoch', grid: false, format: 'd', tickMinStep: 1 },
  } as const;
  const y = {
    field: 'value',
    type: 'quantitative',
    scale: { zero: false },
    axis: { title: `${group.quality?.name ?? 'result'}${unit}`, tickCount: 5, format: '~g' },
  } as const;
  const ranked = [...curves].sort(
    (a, b) => (higherIsBetter ? 1 : -1) * (b.values.at(-1)! - a.values.at(-1)!),
  );
  const domain = ranked.map(({ summary }) => summary.method);
  // In the order in which the lines end.
  const legend = { title: null, symbolFillColor: THEME.panel.light, labelColor: THEME.ink.light } as const;
  const stroke = {
    field: 'method',
    type: 'nominal',
    scale: { domain, range: ranked.map(({ summary }) => summary.marker.color) },
    legend,
  } as const;
  const shape = {
    field: 'method',
    type: 'nominal',
    scale: { domain, range: ranked.map(({ summary }) => summary.marker.shape) },
    legend,
  } as const;
  const svg = await renderSvg({
    title: { text: group.title },
    width: 460,
    height: 260,
    layer: [
      {
        data: { values: rows },
        mark: { type: 'line', strokeWidth: 1.8, strokeJoin: 'round' },
        encoding: { x, y, stroke, detail: { field: 'method', type: 'nominal' } },
      },
      {
        data: { values: rows.filter(({ best }) => best) },
        mark: { type: 'point', size: 70, strokeWidth: 1.5, opacity: 1, fill: THEME.panel.light },
        encoding: { x, y, stroke, shape },
      },
    ],
  });
  return {
    name: `every-epoch-${group.id}`,
    description: `${group.title}: ${group.quality?.name ?? 'result'} of ${curves.length} methods after each of ${last} epochs.`,
    svg,
    data: rows.map(({ method, epoch, value, seeds }) => ({ method, epoch, value, seeds })),
  };
}
