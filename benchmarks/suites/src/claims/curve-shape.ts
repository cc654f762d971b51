import { MissingEvidence, type BySeed } from '@paretrain/core';

/** Fewest epochs of which something can be said of a curve's course: two in each quarter. */
const FEWEST_EPOCHS = 8;

/** Something said of a curve, seed by seed. */
export function ofCurves(
  curves: ReadonlyMap<number, readonly number[]>,
  shape: (curve: readonly number[]) => number,
): BySeed {
  return new Map(
    [...curves].map(([seed, curve]) => {
      if (curve.length < FEWEST_EPOCHS) {
        throw new MissingEvidence(`runs of at least ${FEWEST_EPOCHS} epochs: there are ${curve.length}`);
      }
      return [seed, shape(curve)];
    }),
  );
}

/**
 * How much a curve goes up and down: the mean distance of an epoch's value from the mean of the two beside it, to which a steady rise or
 * fall adds nothing.
 */
export function fluctuation(curve: readonly number[]): number {
  const inner = curve.slice(1, -1);
  const distances = inner.map((value, i) => Math.abs(value - (curve[i]! + curve[i + 2]!) / 2));
  return mean(distances);
}

/** Mean of the last quarter less that of the first. */
export function rise(curve: readonly number[]): number {
  const quarter = Math.floor(curve.length / 4);
  return mean(curve.slice(-quarter)) - mean(curve.slice(0, quarter));
}

/** The epoch with the largest value, from 1, as a share of all epochs. */
export function peak(curve: readonly number[]): number {
  return (curve.indexOf(Math.max(...curve)) + 1) / curve.length;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
