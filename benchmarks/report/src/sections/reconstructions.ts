import { html, type Html } from '../html.ts';
import { markerIcon } from '../marker.ts';
import { pairsOf, type MethodPairs } from '../reconstruction-pairs.ts';
import type { Section } from '../section.ts';

/** Pairs shown per method. */
const LIMIT = 8;

/** Inputs and what the image decoders made of them. */
export const reconstructionsSection: Section = {
  id: 'reconstructions',
  title: 'Reconstructions',
  render({ groups }) {
    const parts = groups.flatMap((group) => {
      const found = [...group.methods, ...group.references].flatMap(
        (summary) => pairsOf(summary, LIMIT) ?? [],
      );
      if (found.length === 0) return [];
      return [
        html`${groups.length > 1 && html`<h3>${group.title}</h3>`}
        ${byInputs(found).map((same) => grid(same, group.title))} ${found.map(refusal)}`,
      ];
    });
    if (parts.length === 0) return null;
    return {
      html: html`<p>
          Images of the test split and what each image decoder makes of their embeddings. Methods without an
          image decoder have none.
        </p>
        ${parts}`,
    };
  },
};

/** Methods that were given the same images share a grid, so that columns compare. */
function byInputs(found: readonly MethodPairs[]): MethodPairs[][] {
  const grids = new Map<string, MethodPairs[]>();
  for (const one of found) {
    if (one.pairs.length === 0) continue;
    const key = one.pairs.map(({ input }) => input).join();
    const own = grids.get(key);
    if (own) own.push(one);
    else grids.set(key, [one]);
  }
  return [...grids.values()];
}

function grid(same: readonly MethodPairs[], title: string): Html {
  const inputs = same[0]?.pairs.map(({ input }) => input) ?? [];
  const image = (source: string, alt: string): Html =>
    html`<td><img src="${source}" alt="${alt}" width="96" height="96" loading="lazy" /></td>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Reconstructions, ${title}">
    <table class="images">
      <caption>
        Reconstructions, ${title}
      </caption>
      <tbody>
        <tr>
          <th scope="row" class="name">input</th>
          ${inputs.map((input, index) => image(input, `input ${index + 1}`))}
        </tr>
        ${same.map(
          ({ summary, seed, pairs }) =>
            html`<tr>
              <th scope="row" class="name">
                ${markerIcon(summary.marker, summary.front === 'on')} ${summary.method}<small
                  >seed ${seed}</small
                >
              </th>
              ${pairs.map(({ output }, index) => image(output, `${summary.method}, reconstruction ${index + 1}`))}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function refusal({ summary, refused }: MethodPairs): Html | false {
  return (
    refused > 0 &&
    html`<p class="warning">
      ${summary.method}: ${refused} stored pair(s) are not PNG data URIs and are left out.
    </p>`
  );
}
