import { nearestRows, squaredDistances } from './nearest.ts';

/**
 * How far neighbours in a layout were neighbours before: 1 when the nearest `neighbours` of every row are among its nearest in the
 * data too, less by their ranks there where they are not, about .5 for a random layout (Venna and Kaski 2001; scikit-learn's
 * `trustworthiness`).
 * @param values count x size
 * @param layout count x 2
 * @param neighbours looked at; at most half of the rows
 */
export function trustworthiness(
  values: ArrayLike<number>,
  size: number,
  layout: ArrayLike<number>,
  neighbours: number,
): number {
  const count = layout.length / 2;
  const before = new Float64Array(count);
  const after = new Float64Array(count);
  let penalty = 0;
  for (let i = 0; i < count; i++) {
    squaredDistances(values, size, i, before);
    squaredDistances(layout, 2, i, after);
    for (const k of nearestRows(after, i, neighbours)) {
      let rank = 1;
      // Ties count as farther, as in an order in which this row comes first.
      for (let other = 0; other < count; other++) if (other !== i && before[other]! < before[k]!) rank++;
      penalty += Math.max(0, rank - neighbours);
    }
  }
  return 1 - (2 * penalty) / (count * neighbours * (2 * count - 3 * neighbours - 1));
}
