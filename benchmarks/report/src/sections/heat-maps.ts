import { inlineSvg, type Figure } from '../figure.ts';
import { heatMapFigure, pairedVariants } from '../figures/heat-map.ts';
import { html } from '../html.ts';
import type { Section } from '../section.ts';

/** Methods that were run with every one and every pair of several things, such as random transformations. */
export const heatMapsSection: Section = {
  id: 'heat-maps',
  title: 'One by one and in pairs',
  async render({ groups }) {
    const figures: Figure[] = [];
    for (const group of groups) {
      for (const { method, cells } of pairedVariants(group)) {
        figures.push(await heatMapFigure(group, method, cells));
      }
    }
    if (figures.length === 0) return null;
    return {
      html: html`<p>
          On the diagonal each one alone, elsewhere two of them, the one of the row before that of the column
          or after it: both halves show the same runs. Means over the seeds.
        </p>
        ${figures.map((figure) => html`<div>${inlineSvg(figure.svg, figure.description)}</div>`)}`,
      figures,
    };
  },
};
