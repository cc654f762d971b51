import type { ClaimRow, Evidence } from '@paretrain/core';

/** The same evidence, asked about another row each time. */
export function mapRows(evidence: Evidence, map: (row: ClaimRow) => ClaimRow): Evidence {
  return {
    latentSizes: (dataset) => evidence.latentSizes(dataset),
    headline: (row) => evidence.headline(map(row)),
    metric: (row, name) => evidence.metric(map(row), name),
    curve: (row, name) => evidence.curve(map(row), name),
    bestEpoch: (row) => evidence.bestEpoch(map(row)),
    seconds: (row, phase) => evidence.seconds(map(row), phase),
    secondsPerEpoch: (row) => evidence.secondsPerEpoch(map(row)),
    secondsPerEncoding: (row) => evidence.secondsPerEncoding(map(row)),
  };
}
