import { comparePublished, type ComparedCell, type ComparedTable } from '../compare-published.ts';
import { formatEstimate, formatNumber } from '../format.ts';
import { html, type Html } from '../html.ts';
import type { Section } from '../section.ts';

/** The paper's tables, cell by cell beside what the runs give. */
export const publishedSection: Section = {
  id: 'published',
  title: 'Published and measured',
  render({ input: { published = [], runs, profile } }) {
    if (published.length === 0) return null;
    const tables = comparePublished(published, runs);
    const isMeasured = ({ cells }: ComparedTable) => cells.some(({ measured }) => measured !== null);
    const empty = tables.filter((table) => !isMeasured(table));
    return {
      html: html`<p>
          Published values on top, below them the mean ± standard deviation of these runs at profile
          ${profile}. A cell <span class="agreement agrees">agrees</span> where the 95 % interval of the
          measured mean reaches the published value or its deviation; else it is
          <span class="agreement better">better</span> or <span class="agreement worse">worse</span>.
        </p>
        ${tables.filter(isMeasured).map(tablePart)}
        ${
          empty.length > 0 &&
          html`<details>
            <summary>Tables of which nothing was measured: ${empty.length}</summary>
            ${empty.map(tablePart)}
          </details>`
        }`,
    };
  },
};

function tablePart({ table, cells }: ComparedTable): Html {
  const { source, metric, unit, note } = table;
  const several = new Set(cells.map(({ published }) => published.dataset)).size > 1;
  const sizes = [...new Set(cells.map(({ published }) => published.latentSize))];
  const rows = new Map<string, ComparedCell[]>();
  for (const cell of cells) {
    const { dataset, method, variant } = cell.published;
    const key = JSON.stringify([dataset, method, variant]);
    rows.set(key, [...(rows.get(key) ?? []), cell]);
  }
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Paper ${source}">
    <table class="published">
      <caption>
        Paper ${source}; ${metric === 'headline' ? "each method's headline" : metric},
        ${unit}${note !== undefined && `. ${note}`}
      </caption>
      <thead>
        <tr>
          ${several && html`<th scope="col">data set</th>`}
          <th scope="col" class="name">method</th>
          ${sizes.map(
            (size) =>
              html`<th scope="col" class="number">
                ${size === undefined ? 'value' : `latent size ${size}`}
              </th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${[...rows.values()].map((row) => tableRow(row, sizes, several))}
      </tbody>
    </table>
  </div>`;
}

function tableRow(
  cells: readonly ComparedCell[],
  sizes: readonly (number | undefined)[],
  several: boolean,
): Html {
  const { dataset, method, variant } = cells[0]!.published;
  return html`<tr>
    ${several && html`<td>${dataset}</td>`}
    <th scope="row" class="name">${method}${variant !== undefined && html`<small>${variant}</small>`}</th>
    ${sizes.map((size) => {
      const cell = cells.find(({ published }) => published.latentSize === size);
      return cell ? cellPart(cell) : html`<td></td>`;
    })}
  </tr>`;
}

function cellPart({ published, measured, agreement }: ComparedCell): Html {
  const { value, deviation } = published;
  // Written as published: no more digits than the table has.
  const digits = (number: number): string => `${Number(number.toPrecision(6))}`;
  const kind = agreement.replace(' ', '-');
  return html`<td class="number compared ${kind}">
    <span class="published">${digits(value)}${deviation !== undefined && ` ± ${digits(deviation)}`}</span>
    ${
      measured &&
      html`<b
        >${measured.deviation === null ? formatNumber(measured.mean) : formatEstimate(measured.mean, measured.deviation)}</b
      >`
    }
    <span class="agreement ${kind}">${agreement}</span>
  </td>`;
}
