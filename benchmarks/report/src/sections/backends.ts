import { backendSentences } from '../backend-sentences.ts';
import type { Agreement, BackendCell, BackendComparison } from '../compare-backends.ts';
import { formatEstimate, formatInterval, formatNumber } from '../format.ts';
import { html, type Html } from '../html.ts';
import type { Section } from '../section.ts';
import { halfWidth } from '../statistics.ts';

const AGREEMENT: Readonly<Record<Agreement, string>> = {
  same: 'same',
  agrees: 'no difference shown',
  differs: 'differs',
  unknown: '',
};

/** Each method on every backend side by side: results must agree, cost is what differs. */
export const backendsSection: Section = {
  id: 'backends',
  title: 'Backends',
  render({ comparisons }) {
    if (comparisons.length === 0) return null;
    return {
      html: html`<p>
          The same networks, data and seeds on several backends: results should agree, costs are what differs.
          A backend's results are compared with the first one's seed by seed.
        </p>
        ${comparisons.map(
          (comparison) =>
            html`${comparisons.length > 1 && html`<h3>${comparison.title}</h3>`}
              <ul class="findings">
                ${backendSentences(comparison).map((sentence) => html`<li>${sentence}</li>`)}
              </ul>
              ${table(comparison)}`,
        )}
        <p class="fine">
          “Same”: every seed's result is that of the first backend to 0.1 %. “Differs”: the 95 % interval of
          the seeds' differences does not hold zero, which chance alone makes happen once in twenty methods.
          Networks that differ by rounding drift apart while they train, so single seeds need not be equal.
        </p>`,
    };
  },
};

function table({ title, groups, methods }: BackendComparison): Html {
  const { name, unit } = groups[0]?.quality ?? { name: 'result', unit: '' };
  const [baseline] = groups.map(({ backend }) => backend);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Backends, ${title}">
    <table>
      <caption>
        ${title}
      </caption>
      <thead>
        <tr>
          <th scope="col" class="name">method</th>
          <th scope="col">backend</th>
          <th scope="col" class="number">${name}${unit ? `, ${unit}` : ''}<small>mean ± 95 %</small></th>
          <th scope="col" class="number">less ${baseline}'s<small>by seed, ± 95 %</small></th>
          <th scope="col">result</th>
          <th scope="col" class="number">s per epoch<small>[95 % interval]</small></th>
          <th scope="col" class="number">times ${baseline}'s<small>of a step</small></th>
        </tr>
      </thead>
      ${methods.map(
        ({ method, cells }) =>
          html`<tbody>
            ${cells
              .flatMap((cell) => cell ?? [])
              .map(
                (cell, index) =>
                  html`<tr>
                    ${
                      index === 0 &&
                      html`<th scope="rowgroup" rowspan="${cells.filter(Boolean).length}" class="name">
                        ${method}
                      </th>`
                    }
                    <td>${cell.backend}</td>
                    ${figures(cell)}
                  </tr>`,
              )}
          </tbody>`,
      )}
    </table>
  </div>`;
}

const NONE = html`<span class="none" title="not measured">–</span>`;

function figures({ summary, difference, agreement, costRatio }: BackendCell): Html {
  const { quality, seconds } = summary;
  return html`<td class="number">
      ${quality ? html`<b>${formatEstimate(quality.mean, halfWidth(quality))}</b>` : NONE}
    </td>
    <td class="number">${difference ? formatEstimate(difference.mean, halfWidth(difference)) : ''}</td>
    <td>${agreement ? AGREEMENT[agreement] : ''}</td>
    <td class="number">
      ${
        seconds
          ? html`${formatNumber(seconds.value)}${
              seconds.interval && html`<small>${formatInterval(seconds.interval)}</small>`
            }`
          : NONE
      }
    </td>
    <td class="number">
      ${
        costRatio &&
        html`${formatNumber(costRatio.value)}${
          costRatio.bounds && html`<small>${formatInterval(costRatio.bounds)}</small>`
        }`
      }
    </td>`;
}
