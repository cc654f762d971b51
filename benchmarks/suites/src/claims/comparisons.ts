import { largest, smallest } from '@paretrain/claims';
import type { BySeed, ClaimRow, Comparison, Evidence } from '@paretrain/core';

/** Unit of accuracies and of their differences: .01 is a percentage point. */
export const SHARE = 'share of images';

/** A range around a value, for what a paper says with "about". */
export function around(value: number, margin: number): Comparison['holds'] {
  return { above: value - margin, below: value + margin };
}

/** The largest value of any latent size that was run, seed by seed. */
export function largestOfSizes(
  evidence: Evidence,
  row: Omit<ClaimRow, 'latentSize'>,
  valueOf: (row: ClaimRow) => BySeed,
): BySeed {
  return largest(...ofSizes(evidence, row, valueOf));
}

/** The smallest value of any latent size that was run, seed by seed. */
export function smallestOfSizes(
  evidence: Evidence,
  row: Omit<ClaimRow, 'latentSize'>,
  valueOf: (row: ClaimRow) => BySeed,
): BySeed {
  return smallest(...ofSizes(evidence, row, valueOf));
}

/** A value at each latent size that was run. */
export function ofSizes(
  evidence: Evidence,
  row: Omit<ClaimRow, 'latentSize'>,
  valueOf: (row: ClaimRow) => BySeed,
): BySeed[] {
  return evidence.latentSizes(row.dataset).map((latentSize) => valueOf({ ...row, latentSize }));
}
