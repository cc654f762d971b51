import type { RunResult } from '@paretrain/store';

import { formatBytes, formatInteger, formatSeconds, shortHash } from '../format.ts';
import { html, type Html, type HtmlValue } from '../html.ts';
import type { ReportModel } from '../model.ts';
import type { Section } from '../section.ts';

/** What was run, on what, with which versions, and how to run it again. */
export const provenanceSection: Section = {
  id: 'provenance',
  title: 'What was run',
  render(model) {
    const { input } = model;
    if (input.runs.length === 0 && !input.command) return null;
    return {
      html: html`${
          input.command &&
          html`<p>To make these runs again:</p>
            <pre class="scroll" tabindex="0"><code>${input.command}</code></pre>`
        }
        <dl>
          ${item('suite', `${input.suite}, profile ${input.profile}`)} ${item('data', datasets(input.runs))}
          ${item('loss network', lossNetworks(input.runs))} ${item('backends', backends(input.runs))}
          ${item('machine of the runs', machines(input.runs))}
          ${item('machine of the costs', costMachines(model))}
          ${item('commit', unique(input.runs.map((run) => run.environment.commit ?? 'not in a checkout')))}
          ${item('time spent', timeSpent(input.runs))}
        </dl>
        ${settings(model)}`,
    };
  },
};

function item(term: string, values: readonly HtmlValue[] | string): Html | false {
  const list = typeof values === 'string' ? [values] : values;
  return (
    list.length > 0 &&
    html`<div>
      <dt>${term}</dt>
      ${list.map((value) => html`<dd>${value}</dd>`)}
    </div>`
  );
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}

function datasets(runs: readonly RunResult[]): string[] {
  return unique(
    runs.map(({ dataset: { name, version, checksum, counts } }) => {
      const parts = Object.entries(counts).map(([split, count]) => `${split} ${formatInteger(count)}`);
      return `${name} ${version}, checksum ${shortHash(checksum)}; images: ${parts.join(', ')}`;
    }),
  );
}

function lossNetworks(runs: readonly RunResult[]): string[] {
  const used = runs.flatMap((run) => run.settings.lossNetwork ?? []);
  return unique(
    used.map(({ name, version, weightsChecksum, trainedOn }) => {
      const data = trainedOn.map(
        ({ dataset, split, labels }) => `${dataset} ${split} (${labels ? 'with labels' : 'no labels'})`,
      );
      return `${name} ${version}, weights ${shortHash(weightsChecksum)}; learned from ${data.join(', ') || 'nothing'}`;
    }),
  );
}

function backends(runs: readonly RunResult[]): string[] {
  return unique(
    runs.map(({ backend: { name, device, simd, versions } }) => {
      const parts = Object.entries(versions).map(([what, version]) => `${what} ${version}`);
      return [name, device, simd && `SIMD: ${simd}`, ...parts].filter(Boolean).join(', ');
    }),
  );
}

function machine({ platform, cpu, cores, memoryBytes, node }: RunResult['environment']): string {
  const nodeVersion = node.replace(/^v/, '');
  return `${cpu}, ${cores} core${cores === 1 ? '' : 's'}, ${formatBytes(memoryBytes)} memory, ${platform}, Node ${nodeVersion}`;
}

function machines(runs: readonly RunResult[]): string[] {
  return unique(runs.map((run) => machine(run.environment)));
}

function costMachines({ groups, host }: ReportModel): string[] {
  const costs = groups.flatMap((group) => group.methods.flatMap((summary) => summary.cost ?? []));
  return unique(costs.map((cost) => `${host}: ${machine(cost.environment)}`));
}

function timeSpent(runs: readonly RunResult[]): string[] {
  const total = runs.reduce((sum, run) => sum + (run.timings['total'] ?? 0), 0);
  return total > 0 ? [`${formatSeconds(total)} over ${runs.length} runs, cost measurements not counted`] : [];
}

/** The settings of each method once, seeds left out. */
function settings({ input, nameOf }: ReportModel): Html {
  const seen = new Map<string, { title: string; text: string }>();
  for (const run of input.runs) {
    const { seed: _seed, ...rest } = run.settings;
    const title = `${nameOf(run)}, ${run.dataset.name}, latent size ${run.latentSize}, ${run.backend.name}`;
    const text = JSON.stringify(rest, null, 2);
    seen.set(`${title}\n${text}`, { title, text });
  }
  return html`${[...seen.values()].map(
    ({ title, text }) =>
      html`<details>
        <summary>Settings: ${title}</summary>
        <pre class="scroll" tabindex="0"><code>${text}</code></pre>
      </details>`,
  )}`;
}
