import {
  formatBytes,
  formatEstimate,
  formatInteger,
  formatInterval,
  formatNumber,
  formatPercent,
  formatRange,
  formatSeconds,
} from '../format.ts';
import { html, type Html, type HtmlValue } from '../html.ts';
import { markerIcon } from '../marker.ts';
import type { Group, MethodSummary } from '../group.ts';
import type { ReportModel } from '../model.ts';
import { FRONT_TEXT, seedsText } from '../result-table.ts';
import type { Section } from '../section.ts';
import { halfWidth } from '../statistics.ts';

/** The main table with every method, then all metrics, every run and what failed. */
export const resultsSection: Section = {
  id: 'results',
  title: 'Results',
  render(model) {
    if (model.groups.length === 0) return null;
    return { html: html`${model.groups.map((group) => groupTables(model, group))}` };
  },
};

function groupTables(model: ReportModel, group: Group): Html {
  const all = [...group.methods, ...group.references];
  return html`${model.groups.length > 1 && html`<h3>${group.title}</h3>`} ${mainTable(group)}
    ${
      group.methods.some((summary) => summary.front === 'undecided') &&
      html`<p class="fine">
        Pareto front “maybe”: a method on the front is both cheaper and better by the means, but not beyond
        the intervals.
      </p>`
    }
    ${failures(all)}
    <details>
      <summary>All metrics</summary>
      ${metricsTable(group, all)}
    </details>
    <details>
      <summary>Every run</summary>
      ${runsTable(group, all)}
    </details>`;
}

const MISSING = html`<span class="none" title="not measured">–</span>`;

function cell(value: HtmlValue): Html {
  return html`<td class="number">
    ${value === null || value === undefined || value === '' || value === false ? MISSING : value}
  </td>`;
}

function mainTable(group: Group): Html {
  const { name, unit, higherIsBetter } = group.quality ?? { name: 'result', unit: '', higherIsBetter: false };
  const heads: readonly [string, string][] = [
    [`${name}${unit ? `, ${unit}` : ''}`, `mean ± 95 %, ${higherIsBetter ? 'higher' : 'lower'} is better`],
    ['seeds', ''],
    ['s per epoch', '[95 % interval]'],
    ['Pareto front', ''],
    ['ms per step', 'median'],
    ['GFLOP/s', 'of matrix product'],
    ['peak memory', ''],
    ['parameters', ''],
    ['epochs', 'run (best)'],
    ['targets', 'runs / cost'],
  ];
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Results, ${group.title}">
    <table>
      <caption>
        ${group.title}: methods, best first
      </caption>
      <thead>
        <tr>
          <th scope="col" class="name">method</th>
          ${heads.map(
            ([label, detail]) =>
              html`<th scope="col" class="number">${label}${detail && html`<small>${detail}</small>`}</th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${group.methods.map(row)}
      </tbody>
      ${
        group.references.length > 0 &&
        html`<tbody class="references">
          <tr>
            <th scope="rowgroup" colspan="${heads.length + 1}" class="divider">
              <span>To compare with</span>
            </th>
          </tr>
          ${group.references.map(row)}
        </tbody>`
      }
    </table>
  </div>`;
}

function row(summary: MethodSummary): Html {
  const { method, quality, cost, seconds, succeeded, failed, marker, front, reference } = summary;
  const onFront = front === 'on';
  const trained = succeeded.filter((run) => run.epochs.run > 0);
  const parameters = [...new Set(succeeded.map((run) => run.parameters))];
  return html`<tr class="${onFront ? 'front' : ''}">
    <th scope="row" class="name">${!reference && markerIcon(marker, onFront)} ${method}</th>
    ${cell(
      quality
        ? html`<b>${formatEstimate(quality.mean, halfWidth(quality))}</b
            >${quality.n === 1 && html`<small>one seed</small>`}`
        : failed.length > 0
          ? html`<span class="bad">failed</span>`
          : null,
    )}
    ${cell(failed.length > 0 ? html`<span class="bad">${seedsText(summary)}</span>` : seedsText(summary))}
    ${cell(
      seconds &&
        html`${formatNumber(seconds.value)}${seconds.interval && html`<small>${formatInterval(seconds.interval)}</small>`}`,
    )}
    ${cell(reference ? null : FRONT_TEXT[front])} ${cell(cost && formatNumber(cost.msPerStep))}
    ${cell(
      cost &&
        html`${formatNumber(cost.gflopPerSecond)}<small>${formatPercent(cost.shareOfMatrixProduct)}</small>`,
    )}
    ${cell(cost && formatBytes(cost.peakBytes))}
    ${cell(parameters.length > 0 ? parameters.map(formatInteger).join(', ') : null)}
    ${cell(
      trained.length > 0 &&
        html`${formatRange(trained.map((run) => run.epochs.run))}<small
            >(${formatRange(trained.map((run) => run.epochs.best))})</small
          >`,
    )}
    ${cell(targets(summary))}
  </tr>`;
}

/** Once where runs and cost agree. */
function targets({ runs, cost }: MethodSummary): string {
  const ofRuns = [...new Set(runs.map((run) => run.targets))].join(', ');
  return !cost || cost.targets === ofRuns ? ofRuns : `${ofRuns} / ${cost.targets}`;
}

function failures(all: readonly MethodSummary[]): Html | false {
  const failed = all.flatMap((summary) => summary.failed.map((run) => ({ method: summary.method, run })));
  if (failed.length === 0) return false;
  return html`<h4>Failed runs</h4>
    <ul class="failures">
      ${failed.map(
        ({ method, run }) =>
          html`<li>
            <b>${method}</b> on ${run.backend.name}, seed ${run.seed}, while ${run.failure?.phase}:
            ${run.failure?.error}: ${run.failure?.message} <code>${run.id}</code>
          </li>`,
      )}
    </ul>`;
}

function metricsTable(group: Group, all: readonly MethodSummary[]): Html {
  const measured = all.filter((summary) => Object.keys(summary.metrics).length > 0);
  const names = [...new Set(measured.flatMap((summary) => Object.keys(summary.metrics)))].sort();
  if (names.length === 0) return html`<p class="missing">No metrics were stored.</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="All metrics">
    <table>
      <caption>
        Every metric of ${group.title}: mean ± sample standard deviation over seeds (bold: a method's
        headline)
      </caption>
      <thead>
        <tr>
          <th scope="col" class="name">metric</th>
          ${measured.map(({ method }) => html`<th scope="col" class="number">${method}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${names.map(
          (name) =>
            html`<tr>
              <th scope="row" class="name">${name}</th>
              ${measured.map(({ metrics, headlineMetric }) => {
                const of = metrics[name];
                const text = of && formatEstimate(of.mean, of.deviation);
                return cell(text && (headlineMetric === name ? html`<b>${text}</b>` : text));
              })}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function runsTable(group: Group, all: readonly MethodSummary[]): Html {
  const unit = group.quality?.unit ? ` (${group.quality.unit})` : '';
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Every run">
    <table>
      <caption>
        Every run of ${group.title}
      </caption>
      <thead>
        <tr>
          <th scope="col" class="name">method</th>
          <th scope="col" class="number">seed</th>
          <th scope="col">headline</th>
          <th scope="col" class="number">value${unit}</th>
          <th scope="col" class="number">epochs (best)</th>
          <th scope="col" class="number">to best epoch</th>
          <th scope="col" class="number">total</th>
          <th scope="col">run</th>
        </tr>
      </thead>
      <tbody>
        ${all.flatMap(({ method, runs }) =>
          runs.map((run) => {
            const { toBestEpoch, total } = run.timings;
            return html`<tr>
              <th scope="row" class="name">${method}</th>
              ${cell(run.seed)}
              <td>
                ${run.failure ? html`<span class="bad">failed</span>` : (run.headline?.metric ?? MISSING)}
              </td>
              ${cell(run.headline && formatNumber(run.headline.value, 4))}
              ${cell(run.epochs.run > 0 && `${run.epochs.run} (${run.epochs.best})`)}
              ${cell(toBestEpoch !== undefined && formatSeconds(toBestEpoch))}
              ${cell(total !== undefined && formatSeconds(total))}
              <td><code>${run.id}</code></td>
            </tr>`;
          }),
        )}
      </tbody>
    </table>
  </div>`;
}
