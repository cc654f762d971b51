import { PROFILES, type Suite } from '@paretrain/core';
import type { RunResult } from '@paretrain/store';

/** Of data sets that the stored runs could not have, why not. */
const WHY: Readonly<Record<string, string>> = {
  svhn: 'the sample of it that these runs had holds 130 images, 50 of them to test with, and no verdict is given on fewer than [500 test images](../claims.md#how-a-claim-is-judged)',
};

/** The data sets of a suite's `paper` profile that no stored run is on, and why. */
export function missingDataPart({ profiles }: Suite, runs: readonly RunResult[]): string[] {
  const stored = new Set(runs.map(({ dataset }) => dataset.name));
  const missing = profiles.paper.datasets.map(({ name }) => name).filter((name) => !stored.has(name));
  if (runs.length === 0 || missing.length === 0) return [];
  const items = missing.map((name) => {
    const taking = PROFILES.filter((profile) => profiles[profile].datasets.some((one) => one.name === name));
    const where = `only ${taking.map((profile) => `\`${profile}\``).join(' and ')} ${taking.length > 1 ? 'take' : 'takes'} it`;
    return `- \`${name}\`: ${where}, and no run on it is stored${WHY[name] ? `: ${WHY[name]}` : ''}.`;
  });
  return ['## Data sets without runs', 'What claims say of these stays open:', items.join('\n')];
}
