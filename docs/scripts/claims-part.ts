import type { JudgedClaim } from '@paretrain/claims';
import type { Suite } from '@paretrain/core';
import { comparisonText, failingText, settingsText } from '@paretrain/report';
import type { RunResult } from '@paretrain/store';
import { table } from './markdown-table.ts';

/** Verdicts with their effects; what is tested of each claim; in what the runs behind contradicted ones differ from the paper's. */
export function claimsPart(
  claims: readonly JudgedClaim[],
  { profiles }: Suite,
  profile: string,
  runs: readonly RunResult[],
): string[] {
  if (claims.length === 0) return [];
  const contradicted = claims.filter(({ verdict }) => verdict === 'contradicted');
  // Claims about the same runs differ in the same.
  const settings = new Map<string, string[]>();
  for (const claim of contradicted) {
    const text = settingsText(claim, runs, profiles);
    settings.set(text, [...(settings.get(text) ?? []), claim.id]);
  }
  return [
    '### Claims',
    claimTable(claims, profile),
    'Where the papers say it, and what is tested where words, text or tables leave that open:',
    claims.map(readingItem).join('\n'),
    ...(settings.size > 0
      ? [
          'Of the contradicted claims, in what the runs differ from the `paper` profile:',
          [...settings].map(([text, ids]) => `- **${ids.join(', ')}**: ${text}`).join('\n'),
        ]
      : []),
  ];
}

function claimTable(claims: readonly JudgedClaim[], profile: string): string {
  const rows = claims.map(({ id, statement, verdict, comparisons, missing }) => {
    const known = comparisons.filter(({ effect }) => effect !== null);
    const evidence = [
      ...known.map((one) => `${one.what}: ${comparisonText(one)}`),
      ...missing.map((text) => `missing: ${text}`),
    ];
    return [id, statement, `**${verdict}** at ${profile}`, evidence.join('<br>')].join(' | ');
  });
  return table('claim | says | verdict | evidence', rows);
}

function readingItem(claim: JudgedClaim): string {
  const { id, source, reading, verdict } = claim;
  const texts = [
    `**${id}** (${source})`,
    reading ?? '',
    verdict === 'contradicted' ? failingText(claim) : '',
  ];
  const [head, ...more] = texts.filter((text) => text !== '');
  return `- ${head}${more.length > 0 ? `: ${more.join(' ')}` : ''}`;
}
