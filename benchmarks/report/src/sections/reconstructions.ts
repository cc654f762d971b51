import type { Group } from '../group.ts';
import { html, type Html } from '../html.ts';
import { markerIcon } from '../marker.ts';
import { pairsOf, type MethodPairs } from '../reconstruction-pairs.ts';
import type { Section } from '../section.ts';

/** Pairs shown per method. */
const LIMIT = 8;

/** Inputs and what the image decoders made of them: the methods' own and those retrained on their frozen encoders. */
export const reconstructionsSection: Section = {
  id: 'reconstructions',
  title: 'Reconstructions',
  render({ groups }) {
    const parts = groups.flatMap((group) => {
      const own = foundIn(group, 'reconstruction');
      const retrained = foundIn(group, 'retrained-decoder');
      if (own.length + retrained.length === 0) return [];
      return [
        html`${groups.length > 1 && html`<h3>${group.title}</h3>`}
        ${byInputs(own).map((same) => grid(`Reconstructions, ${group.title}`, same, ownRow))}
        ${own.map(refusal)}
        ${byInputs(retrained).map((same) =>
          grid(`Before and after retraining the decoder, ${group.title}`, same, retrainedRows),
        )}
        ${retrained.map(refusal)}`,
      ];
    });
    if (parts.length === 0) return null;
    return {
      html: html`<p>
          Images of the test split and what each image decoder makes of their embeddings. Methods without an
          image decoder have none, unless one was trained afterwards: on the frozen embeddings, to give back
          the pixels.
        </p>
        ${parts}`,
    };
  },
};

function foundIn(group: Group, evaluator: 'reconstruction' | 'retrained-decoder'): MethodPairs[] {
  return [...group.methods, ...group.references].flatMap(
    (summary) => pairsOf(summary, evaluator, LIMIT) ?? [],
  );
}

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

function grid(title: string, same: readonly MethodPairs[], rowsOf: (one: MethodPairs) => Html): Html {
  const inputs = same[0]?.pairs.map(({ input }) => input) ?? [];
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${title}">
    <table class="images">
      <caption>
        ${title}
      </caption>
      <tbody>
        <tr>
          <th scope="row" class="name">input</th>
          ${inputs.map((input, index) => image(input, `input ${index + 1}`))}
        </tr>
        ${same.map(rowsOf)}
      </tbody>
    </table>
  </div>`;
}

function ownRow(one: MethodPairs): Html {
  return row(
    one,
    `seed ${one.seed}`,
    'reconstruction',
    one.pairs.map(({ output }) => output),
  );
}

/** A row before, where the method has a decoder of its own, and one after. */
function retrainedRows(one: MethodPairs): Html {
  const before = one.pairs.flatMap((pair) => pair.before ?? []);
  const after = one.pairs.map(({ output }) => output);
  return html`${
    before.length === one.pairs.length &&
    row(one, `seed ${one.seed}, own decoder`, 'own decoder, image', before)
  }
  ${row(one, `seed ${one.seed}, retrained`, 'retrained decoder, image', after)}`;
}

function row({ summary }: MethodPairs, note: string, what: string, images: readonly string[]): Html {
  return html`<tr>
    <th scope="row" class="name">
      ${markerIcon(summary.marker, summary.front === 'on')} ${summary.method}<small>${note}</small>
    </th>
    ${images.map((source, index) => image(source, `${summary.method}, ${what} ${index + 1}`))}
  </tr>`;
}

function image(source: string, alt: string): Html {
  return html`<td><img src="${source}" alt="${alt}" width="96" height="96" loading="lazy" /></td>`;
}

function refusal({ summary, refused }: MethodPairs): Html | false {
  return (
    refused > 0 &&
    html`<p class="warning">
      ${summary.method}: ${refused} stored pair(s) are not PNG data URIs and are left out.
    </p>`
  );
}
