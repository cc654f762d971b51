import type { ClaimRow, Evidence } from '@paretrain/core';

/** Evidence that remembers what was asked of it. */
export interface WatchedEvidence {
  readonly evidence: Evidence;
  /** The rows asked for so far, each once. */
  rows(): readonly ClaimRow[];
}

/** Passes every question on and notes the row it is about, so that a verdict can say which runs it rests on. */
export function watchRows(evidence: Evidence): WatchedEvidence {
  const asked = new Map<string, ClaimRow>();
  const note = (row: ClaimRow): ClaimRow => {
    const { dataset, method, variant, latentSize } = row;
    asked.set(JSON.stringify([dataset, method, variant, latentSize]), row);
    return row;
  };
  return {
    evidence: {
      latentSizes: (dataset) => evidence.latentSizes(dataset),
      headline: (row) => evidence.headline(note(row)),
      metric: (row, name) => evidence.metric(note(row), name),
      curve: (row, name) => evidence.curve(note(row), name),
      bestEpoch: (row) => evidence.bestEpoch(note(row)),
      seconds: (row, phase) => evidence.seconds(note(row), phase),
      secondsPerEpoch: (row) => evidence.secondsPerEpoch(note(row)),
      secondsPerEncoding: (row) => evidence.secondsPerEncoding(note(row)),
    },
    rows: () => [...asked.values()],
  };
}
