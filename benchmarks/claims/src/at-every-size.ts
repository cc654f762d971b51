import { MissingEvidence, type Comparison, type Evidence } from '@paretrain/core';
import { mapRows } from './map-rows.ts';

/** A comparison once for each latent size that it is about: itself, where it is about none in particular or nothing was run. */
export function atEverySize(comparison: Comparison, evidence: Evidence): Comparison[] {
  const { atEverySizeOf, what, effect } = comparison;
  if (atEverySizeOf === undefined) return [comparison];
  try {
    return evidence.latentSizes(atEverySizeOf).map((latentSize) => ({
      ...comparison,
      what: `${what}, latent size ${latentSize}`,
      effect: (all) => effect(atSize(all, latentSize)),
    }));
  } catch (error) {
    if (!(error instanceof MissingEvidence)) throw error;
    return [comparison];
  }
}

/** Evidence of one latent size, for rows that name none. */
function atSize(evidence: Evidence, latentSize: number): Evidence {
  return { ...mapRows(evidence, (row) => ({ latentSize, ...row })), latentSizes: () => [latentSize] };
}
