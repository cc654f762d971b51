import type { JudgedClaim, JudgedComparison } from '@paretrain/claims';
import type { RunResult } from '@paretrain/store';

import { rangeText } from '../claim-text.ts';
import { formatInteger, formatList, formatWithInterval } from '../format.ts';
import { html, slug, type Html } from '../html.ts';
import type { ReportInput } from '../input.ts';
import type { Section } from '../section.ts';
import { settingsDifferences } from '../settings-differences.ts';

/** Verdicts on the paper's claims: each with its effects, what is missing, and for contradicted ones what differs from the paper. */
export const claimsSection: Section = {
  id: 'claims',
  title: 'Claims',
  render({ input }) {
    const { claims = [], profile } = input;
    if (claims.length === 0) return null;
    return {
      html: html`<p>
          What the paper claims and what these runs show at profile ${profile}: ${countText(claims)}. A claim
          is reproduced when the 95 % interval of every effect lies where it is expected, contradicted when
          one lies outside beyond chance, undetermined otherwise and always with one seed.
        </p>
        ${claims.map((claim) => claimPart(claim, input))}`,
    };
  },
};

function countText(claims: readonly JudgedClaim[]): string {
  const parts = (['reproduced', 'contradicted', 'undetermined'] as const).map(
    (verdict) => `${claims.filter((claim) => claim.verdict === verdict).length} ${verdict}`,
  );
  return formatList(parts);
}

function claimPart(claim: JudgedClaim, input: ReportInput): Html {
  const { id, statement, source, reading, verdict, comparisons, missing } = claim;
  return html`<article class="claim" id="claim-${slug(id)}">
    <h3>
      ${id} <span class="verdict ${verdict}">${verdict}</span> <small>at profile ${input.profile}</small>
    </h3>
    <p>${statement}</p>
    ${verdict === 'contradicted' && contradictedPart(claim, input)}
    ${comparisons.some(({ effect }) => effect !== null) && comparisonsTable(claim)} ${missingPart(missing)}
    <p class="fine">${source.charAt(0).toUpperCase()}${source.slice(1)}. ${reading}</p>
  </article>`;
}

/** A few reasons are shown, more are folded. */
function missingPart(missing: readonly string[]): Html | false {
  if (missing.length === 0) return false;
  const list = html`<ul class="fine">
    ${missing.map((text) => html`<li>${text}</li>`)}
  </ul>`;
  if (missing.length <= 3)
    return html`<p class="fine">Missing for a verdict:</p>
      ${list}`;
  return html`<details>
    <summary>Missing for a verdict: ${missing.length}</summary>
    ${list}
  </details>`;
}

/** What was measured; what is missing stands in the list below. */
function comparisonsTable({ id, comparisons }: JudgedClaim): Html {
  const known = comparisons.filter(({ effect }) => effect !== null);
  const left = comparisons.length - known.length;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Effects of ${id}">
    <table class="effects">
      <caption>
        ${known.length} effect${known.length === 1 ? '' : 's'} measured${left > 0 && `, ${left} missing`}
      </caption>
      <thead>
        <tr>
          <th scope="col">outcome</th>
          <th scope="col">effect</th>
          <th scope="col" class="number">value [95 %]</th>
          <th scope="col">expected</th>
          <th scope="col" class="number">seeds</th>
        </tr>
      </thead>
      <tbody>
        ${known.map(comparisonRow)}
      </tbody>
    </table>
  </div>`;
}

function comparisonRow({ what, unit, holds, effect, outcome }: JudgedComparison): Html {
  const { value, interval, seeds } = effect!;
  return html`<tr>
    <td class="outcome ${outcome}">${outcome}</td>
    <th scope="row">${what}<small>${unit}</small></th>
    <td class="number">${formatWithInterval(value, interval)}</td>
    <td class="nowrap">${rangeText(holds)}</td>
    <td class="number">${seeds ?? html`<span class="none" title="measured apart from seeds">–</span>`}</td>
  </tr>`;
}

/** How many effects speak against the claim, and how the runs behind them differ from the paper's. */
function contradictedPart({ comparisons }: JudgedClaim, { runs, profiles }: ReportInput): Html {
  const failing = comparisons.filter(({ outcome }) => outcome === 'fails');
  const own = runs.filter((run) => failing.some(({ rows }) => rows.some((row) => isOf(run, row))));
  const differences = profiles
    ? settingsDifferences(own, profiles).map(({ what, here, paper }) => `${what} ${here} instead of ${paper}`)
    : [];
  return html`<p class="warning">
    ${comparisons.length > 1 && `${failing.length} of ${comparisons.length} effects speak against it.`}
    ${
      differences.length > 0
        ? `These runs do not have the paper's settings, and the verdict is about theirs: ${differences.join('; ')}.`
        : profiles && 'These runs have every setting that the paper profile names.'
    }
    ${imagesText(own)}
  </p>`;
}

function isOf(run: RunResult, row: JudgedComparison['rows'][number]): boolean {
  return (
    run.dataset.name === row.dataset &&
    run.method === row.method &&
    run.variant === row.variant &&
    run.latentSize === (row.latentSize ?? run.latentSize)
  );
}

/** "Images of lunar-lander: pretrain 1,200, train 2,712, test 800." */
function imagesText(runs: readonly RunResult[]): string {
  const texts = runs.map(({ dataset: { name, counts } }) => {
    const parts = Object.entries(counts).map(([split, count]) => `${split} ${formatInteger(count)}`);
    return `Images of ${name}: ${parts.join(', ')}.`;
  });
  return [...new Set(texts)].join(' ');
}
