import { inlineSvg, type Figure } from '../figure.ts';
import { curvesOf, learningCurveFigure } from '../figures/learning-curve.ts';
import { formatList } from '../format.ts';
import { html, type Html } from '../html.ts';
import type { Section } from '../section.ts';

/** Loss by epoch, a small chart per method. */
export const learningCurvesSection: Section = {
  id: 'learning-curves',
  title: 'Learning curves',
  async render({ groups, input }) {
    const figures: Figure[] = [];
    const parts: Html[] = [];
    for (const group of groups) {
      const all = [...group.methods, ...group.references].map((summary) => ({
        summary,
        curves: curvesOf(summary, input.histories),
      }));
      const lastEpoch = Math.max(
        1,
        ...all.flatMap(({ curves }) => curves.flatMap(({ entries }) => entries.map((entry) => entry.epoch))),
      );
      const own: Figure[] = [];
      const missing: string[] = [];
      for (const { summary, curves } of all) {
        const figure = await learningCurveFigure(group, summary, curves, lastEpoch);
        if (figure) own.push(figure);
        else if (!summary.reference) missing.push(summary.method);
      }
      figures.push(...own);
      parts.push(
        html`${groups.length > 1 && html`<h3>${group.title}</h3>`}
        ${
          own.length > 0 &&
          html`<div class="multiples">
            ${own.map((figure) => html`<div>${inlineSvg(figure.svg, figure.description)}</div>`)}
          </div>`
        }
        ${missing.length > 0 && html`<p class="missing">No history was stored for ${formatList(missing)}.</p>`}`,
      );
    }
    if (parts.length === 0) return null;
    return {
      html: html`<p>
          One line per seed; the dot marks the epoch whose weights were kept. Each method has a vertical axis
          of its own, since losses of different objectives cannot be compared.
        </p>
        ${parts}`,
      figures,
    };
  },
};
