import { html } from '../html.ts';
import type { Section } from '../section.ts';

/** Verdicts on the paper's claims. */
export const claimsSection: Section = {
  id: 'claims',
  title: 'Claims',
  render({ input: { claims = [] } }) {
    if (claims.length === 0) return null;
    return {
      html: html`<div class="scroll" tabindex="0" role="region" aria-label="Claims">
        <table class="text">
          <caption>
            What the paper claims and what these runs show
          </caption>
          <thead>
            <tr>
              <th scope="col">claim</th>
              <th scope="col">verdict</th>
              <th scope="col">evidence</th>
            </tr>
          </thead>
          <tbody>
            ${claims.map(
              ({ statement, source, verdict, evidence }) =>
                html`<tr>
                  <th scope="row">${statement}<small>${source}</small></th>
                  <td class="verdict ${verdict}">${verdict}</td>
                  <td>${evidence ?? ''}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>`,
    };
  },
};
