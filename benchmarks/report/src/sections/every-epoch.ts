import { inlineSvg, type Figure } from '../figure.ts';
import { epochMetricFigure } from '../figures/epoch-metric.ts';
import { html } from '../html.ts';
import type { Section } from '../section.ts';

/** The headline metric after every epoch, where it was measured so. */
export const everyEpochSection: Section = {
  id: 'every-epoch',
  title: 'After every epoch',
  async render({ groups }) {
    const figures: Figure[] = [];
    for (const group of groups) {
      const figure = await epochMetricFigure(group);
      if (figure) figures.push(figure);
    }
    if (figures.length === 0) return null;
    return {
      html: html`<p>
          Means over the seeds; the mark is the best epoch on the test images. It is shown as papers show it:
          the table above has the epoch that was kept, which was not chosen by test images.
        </p>
        ${figures.map((figure) => html`<div>${inlineSvg(figure.svg, figure.description)}</div>`)}`,
      figures,
    };
  },
};
