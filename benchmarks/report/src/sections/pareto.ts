import { inlineSvg, type Figure } from '../figure.ts';
import { referenceLines } from '../figures/pareto-layout.ts';
import { NARROW, paretoFigure, WIDE } from '../figures/pareto.ts';
import { formatList } from '../format.ts';
import { html, type Html } from '../html.ts';
import type { Group } from '../group.ts';
import type { ReportModel } from '../model.ts';
import type { Section } from '../section.ts';
import { describeQuality } from '../summary-sentences.ts';

/**
 * Quality against cost with the Pareto front, a chart per data set, latent size and backend; before them one of all
 * backends, where there are several.
 */
export const paretoSection: Section = {
  id: 'pareto',
  title: 'Quality against cost',
  async render(model) {
    const figures: Figure[] = [];
    const parts: Html[] = [];
    const together = model.comparisons.flatMap(({ combined }) => combined ?? []);
    for (const group of [...together, ...model.groups]) {
      const wide = await paretoFigure(group, WIDE);
      const narrow = await paretoFigure(group, NARROW);
      if (wide) figures.push(wide);
      parts.push(
        html`<div id="pareto-${group.id}">
          ${model.groups.length > 1 && html`<h3>${group.title}</h3>`}
          ${
            wide && narrow
              ? html`<figure>
                  ${inlineSvg(wide.svg, wide.description, 'wide')}
                  ${inlineSvg(narrow.svg, narrow.description, 'narrow')}
                  <figcaption>${caption(model, group)}</figcaption>
                </figure>`
              : html`<p class="missing">${missing(group)}</p>`
          }
        </div>`,
      );
    }
    return parts.length === 0 ? null : { html: html`${parts}`, figures };
  },
};

function missing(group: Group): string {
  return group.quality
    ? 'No cost per epoch was measured for these methods on this machine, so there is no chart. The cost command measures it.'
    : 'No run finished, so there is nothing to draw.';
}

function caption(model: ReportModel, group: Group): string {
  const drawn = referenceLines(group).map(({ method }) => method);
  const far = group.references.filter(
    ({ method, quality, seconds }) => quality && !seconds && !drawn.includes(method),
  );
  const targets = [...new Set(group.methods.flatMap((summary) => summary.cost?.targets ?? []))]
    .filter((kind) => kind !== 'none')
    .map((kind) => `${kind} targets`);
  const single = group.methods.every((summary) => !summary.quality?.interval);
  const sentences = [
    group.backend === null ? 'Colours are methods, shapes backends; the front is that of all of them.' : '',
    single
      ? 'Points are single seeds, so there are no vertical bars.'
      : 'Points are means over seeds, bars 95 % intervals of result and cost.',
    'Filled points make up the Pareto front; what lies in the shaded region is both dearer and worse than a point on it.',
    drawn.length > 0 ? `Dotted: ${formatList(drawn)}.` : '',
    group.references.some(({ quality, seconds }) => quality && seconds)
      ? 'Grey points are there to compare with and do not count for the front.'
      : '',
    ...far.map(
      ({ method, quality }) =>
        quality && `${method} lies outside, at ${describeQuality(quality, group.quality?.unit ?? '')}.`,
    ),
    model.host !== null
      ? `Seconds per epoch are training steps alone, measured on ${model.host}${targets.length > 0 ? ` with ${formatList(targets)}` : ''}.`
      : '',
  ];
  return sentences.filter(Boolean).join(' ');
}
