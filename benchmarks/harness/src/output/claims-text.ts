import type { JudgedClaim } from '@paretrain/claims';
import { comparisonText } from '@paretrain/report';

/** A suite's verdicts. */
export interface SuiteVerdicts {
  readonly suite: string;
  readonly profile: string;
  /** Finished runs of that profile. */
  readonly runs: number;
  readonly claims: readonly JudgedClaim[];
}

/** Verdicts for a terminal: each claim with its effects and what is missing. */
export function claimsText({ suite, profile, runs, claims }: SuiteVerdicts): string {
  if (claims.length === 0) return `${suite}: this suite has no claims`;
  const head = `${suite}, profile ${profile}, ${runs} run${runs === 1 ? '' : 's'}: ${countVerdicts(claims)}`;
  return [head, ...claims.flatMap((claim) => ['', ...claimLines(claim, profile)])].join('\n');
}

function claimLines(
  { id, verdict, statement, comparisons, missing }: JudgedClaim,
  profile: string,
): string[] {
  const known = comparisons.filter(({ effect }) => effect !== null);
  return [
    `${id.padEnd(5)}${verdict} at ${profile}: ${statement}`,
    ...known.map((one) => `     ${one.outcome.padEnd(6)}${one.what}: ${comparisonText(one)}`),
    ...missing.map((text) => `     missing: ${text}`),
  ];
}

/** "2 reproduced, 1 contradicted, 8 undetermined". */
function countVerdicts(claims: readonly JudgedClaim[]): string {
  return (['reproduced', 'contradicted', 'undetermined'] as const)
    .map((verdict) => `${claims.filter((claim) => claim.verdict === verdict).length} ${verdict}`)
    .join(', ');
}
