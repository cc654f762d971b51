import { renderSvg, type Figure } from '../figure.ts';
import { formatInteger, formatPercent } from '../format.ts';
import type { Group } from '../group.ts';
import { slug } from '../html.ts';
import { classMarkerOf, THEME } from '../palette.ts';
import type { MethodLayout } from '../t-sne-layout.ts';
import { scaleSpec } from './plot-scale.ts';

/** Points drawn in one figure: more would only make the page heavy. */
export const MOST_POINTS = 1000;

/**
 * Images in the plane, a colour and a shape per class. The axes of t-SNE have no meaning and are left out.
 * @param classes of every method's layout, so that a class looks the same in all of a group's figures
 */
export async function tSneFigure(
  group: Group,
  { summary, seed, points, neighbourAccuracy }: MethodLayout,
  classes: readonly string[],
): Promise<Figure> {
  const markers = classes.map((_, index) => classMarkerOf(index));
  const step = Math.max(1, points.length / MOST_POINTS);
  const drawn = Array.from(
    { length: Math.min(points.length, MOST_POINTS) },
    (_, i) => points[Math.floor(i * step)]!,
  );
  const scale = scaleSpec({ type: 'linear', domain: [-20, 1020] });
  const legend = {
    title: null,
    orient: 'bottom',
    columns: 4,
    labelColor: THEME.ink.light,
    labelFontSize: 11,
    labelLimit: 84,
    symbolOpacity: 1,
  } as const;
  const svg = await renderSvg({
    title: { text: summary.method },
    width: 300,
    height: 300,
    data: { values: drawn.map((point) => ({ ...point })) },
    mark: { type: 'point', filled: true, size: 22, opacity: 0.85 },
    encoding: {
      x: { field: 'x', type: 'quantitative', axis: null, scale },
      y: { field: 'y', type: 'quantitative', axis: null, scale },
      color: {
        field: 'class',
        type: 'nominal',
        scale: { domain: [...classes], range: markers.map(({ color }) => color) },
        legend,
      },
      shape: {
        field: 'class',
        type: 'nominal',
        scale: { domain: [...classes], range: markers.map(({ shape }) => shape) },
        legend,
      },
    },
  });
  const share =
    neighbourAccuracy === null
      ? ''
      : ` ${formatPercent(neighbourAccuracy)} of them lie among images of their own class.`;
  return {
    name: `t-sne-${group.id}-${slug(summary.method)}`,
    description:
      `${summary.method}, ${group.title}, seed ${seed}: ${formatInteger(drawn.length)} test images in the plane by t-SNE, ` +
      `coloured by class.${share}`,
    svg,
    data: drawn.map(({ class: name, x, y }) => ({ method: summary.method, seed, class: name, x, y })),
  };
}
