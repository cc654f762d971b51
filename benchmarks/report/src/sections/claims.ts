import type { JudgedClaim, JudgedComparison } from '@paretrain/claims';

import { failingText, rangeText, settingsText } from '../claim-text.ts';
import { formatList, formatWithInterval } from '../format.ts';
import { html, slug, type Html } from '../html.ts';
import type { ReportInput } from '../input.ts';
import type { Section } from '../section.ts';

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
function contradictedPart(claim: JudgedClaim, { runs, profiles }: ReportInput): Html {
  return html`<p class="warning">${failingText(claim)} ${settingsText(claim, runs, profiles)}</p>`;
}
