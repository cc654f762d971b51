import { backendSentences } from '../backend-sentences.ts';
import { formatRange } from '../format.ts';
import { html, type HtmlValue } from '../html.ts';
import type { Group } from '../group.ts';
import type { ReportModel } from '../model.ts';
import type { Section } from '../section.ts';
import { summarySentences } from '../summary-sentences.ts';

/** The outcome in plain words, for readers who look at nothing else. */
export const summarySection: Section = {
  id: 'summary',
  title: 'Summary',
  render(model) {
    const { groups, comparisons, input } = model;
    if (groups.length === 0) {
      return { html: html`<p class="missing">There are no stored runs of this suite and profile yet.</p>` };
    }
    return {
      html: html`${groups.map(
          (group) => html`
            ${groups.length > 1 && html`<h3><a href="#pareto-${group.id}">${group.title}</a></h3>`}
            <ul class="findings">
              ${summarySentences(group).map((sentence) => html`<li>${keepTogether(sentence, group)}</li>`)}
            </ul>
            ${group.warnings.map((warning) => html`<p class="warning">${warning}</p>`)}
          `,
        )}
        ${comparisons.map(
          (comparison) => html`
            <h3><a href="#backends">${comparison.title}</a></h3>
            <ul class="findings">
              ${backendSentences(comparison).map((sentence) => html`<li>${sentence}</li>`)}
            </ul>
          `,
        )}
        <p class="fine">
          ${scope(model)} Intervals are 95 % intervals: Student's t over seeds for results, over samples for
          costs. A ratio's bounds take both intervals at their worst, so they are wide rather than narrow.
        </p>
        ${(input.notes ?? []).map((note) => html`<p class="fine">${note}</p>`)}`,
    };
  },
};

function scope({ input, groups, nameOf }: ReportModel): string {
  const own = input.runs.filter((run) => !run.reference);
  const methods = new Set(own.map((run) => run.method)).size;
  const rows = new Set(own.map(nameOf)).size;
  const references = new Set(input.runs.filter((run) => run.reference).map((run) => run.method)).size;
  const seeds = formatRange(
    groups
      .flatMap((group) => group.methods.map((summary) => summary.runs.length))
      .concat(groups.every((group) => group.methods.length === 0) ? [0] : []),
  );
  const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
  const variants = rows > methods ? ` in ${rows} variants` : '';
  return `${plural(methods, 'method')}${variants}, ${plural(references, 'reference row')}, ${seeds} seed${seeds === '1' ? '' : 's'} each, ${plural(input.runs.length, 'run')} in all.`;
}

/** Keeps names and figures from breaking at their hyphens and spaces. */
function keepTogether(sentence: string, group: Group): HtmlValue {
  const names = [...group.methods, ...group.references]
    .map(({ method }) => method)
    .sort((a, b) => b.length - a.length)
    .map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const parts = sentence.split(new RegExp(`(${[...names, '\\[[^\\]]+\\]', '95 %'].join('|')})`));
  // Every other part is a match.
  return parts.map((part, index) => (index % 2 === 1 ? html`<span class="nowrap">${part}</span>` : part));
}
