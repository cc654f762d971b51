import { MissingEvidence, type ClaimRow, type Comparison, type Evidence } from '@paretrain/core';

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
  const own = (row: ClaimRow): ClaimRow => ({ latentSize, ...row });
  return {
    latentSizes: () => [latentSize],
    headline: (row) => evidence.headline(own(row)),
    metric: (row, name) => evidence.metric(own(row), name),
    curve: (row, name) => evidence.curve(own(row), name),
    bestEpoch: (row) => evidence.bestEpoch(own(row)),
    seconds: (row, phase) => evidence.seconds(own(row), phase),
    secondsPerEpoch: (row) => evidence.secondsPerEpoch(own(row)),
    secondsPerEncoding: (row) => evidence.secondsPerEncoding(own(row)),
  };
}
