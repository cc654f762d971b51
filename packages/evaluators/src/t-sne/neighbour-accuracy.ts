import { nearestRows, squaredDistances } from './nearest.ts';

/**
 * Share of rows whose class is the most frequent one among their nearest others, the first of equally frequent ones.
 * @param layout count x 2, at least two rows
 * @param labels class indices, one per row
 */
export function neighbourAccuracy(
  layout: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
  neighbours: number,
): number {
  const distances = new Float64Array(labels.length);
  let right = 0;
  for (let i = 0; i < labels.length; i++) {
    squaredDistances(layout, 2, i, distances);
    const votes = new Array<number>(classes).fill(0);
    for (const k of nearestRows(distances, i, neighbours)) votes[labels[k]!]! += 1;
    if (votes.indexOf(Math.max(...votes)) === labels[i]) right++;
  }
  return right / labels.length;
}
