import { inlineSvg, type Figure } from '../figure.ts';
import { MOST_POINTS, tSneFigure } from '../figures/t-sne.ts';
import { formatInteger, formatNumber, formatPercent } from '../format.ts';
import type { Group } from '../group.ts';
import { html, type Html } from '../html.ts';
import type { Section } from '../section.ts';
import { layoutOf, type MethodLayout } from '../t-sne-layout.ts';

/** Test embeddings in the plane, coloured by class, a picture per method. */
export const tSneSection: Section = {
  id: 't-sne',
  title: 'Embeddings in the plane',
  async render({ groups }) {
    const figures: Figure[] = [];
    const parts: Html[] = [];
    for (const group of groups) {
      const layouts = [...group.methods, ...group.references].flatMap((summary) => layoutOf(summary) ?? []);
      if (layouts.length === 0) continue;
      const own = await draw(group, layouts);
      figures.push(...own);
      parts.push(
        html`${groups.length > 1 && html`<h3>${group.title}</h3>`}
          <div class="multiples">
            ${own.map((figure, i) => {
              const layout = layouts[i];
              return html`<figure>
                ${inlineSvg(figure.svg, figure.description)} ${layout && caption(layout)}
              </figure>`;
            })}
          </div>`,
      );
    }
    if (parts.length === 0) return null;
    return {
      html: html`<p>
          Embeddings of test images laid out by t-SNE, the first seed of each method, at most
          ${formatInteger(MOST_POINTS)} images in a picture. Only who lies beside whom means something: not
          the axes, the sizes of groups or the distances between them.
        </p>
        ${parts}`,
      figures,
    };
  },
};

async function draw(group: Group, layouts: readonly MethodLayout[]): Promise<Figure[]> {
  // The layout with most classes first: one may lack a class that its images happen not to have.
  const byCount = [...layouts].sort((a, b) => b.classes.length - a.classes.length);
  const classes = [...new Set(byCount.flatMap((layout) => layout.classes))];
  const figures: Figure[] = [];
  for (const layout of layouts) figures.push(await tSneFigure(group, layout, classes));
  return figures;
}

function caption({ seed, trustworthiness, neighbourAccuracy }: MethodLayout): Html {
  return html`<figcaption>
    seed
    ${seed}${trustworthiness !== null && `, trustworthiness ${formatNumber(trustworthiness)}`}${
      neighbourAccuracy !== null &&
      `; ${formatPercent(neighbourAccuracy)} are of the class that most of their ten neighbours have`
    }
  </figcaption>`;
}
