import type { ClaimRow, Evidence } from '@paretrain/core';
import { mapRows } from './map-rows.ts';

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
  return { evidence: mapRows(evidence, note), rows: () => [...asked.values()] };
}
