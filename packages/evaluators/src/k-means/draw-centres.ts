import type { Rng } from '@paretrain/core';

/**
 * The first centres of k-means++ (Arthur and Vassilvitskii 2007), each drawn with a probability that grows with its squared distance from
 * those before, the best of a few draws, as scikit-learn does it. Ours because that of ml-kmeans copies both rows for every
 * distance and so takes most of the time.
 * @param rows at least `clusters` different ones, all of the same length
 */
export function drawCentres(
  rows: readonly number[][],
  clusters: number,
  rng: Pick<Rng, 'integer' | 'uniform'>,
): number[][] {
  const draws = 2 + Math.floor(Math.log(clusters));
  const centres = [rows[rng.integer(rows.length)]!];
  let nearest: Float64Array = Float64Array.from(rows, (row) => squaredDistance(row, centres[0]!));
  while (centres.length < clusters) {
    let best: { centre: number[]; distances: Float64Array; sum: number } | undefined;
    const total = sumOf(nearest);
    for (let draw = 0; draw < draws; draw++) {
      const centre = rows[rowAt(nearest, rng.uniform(0, total))]!;
      const distances = nearest.map((distance, i) => Math.min(distance, squaredDistance(rows[i]!, centre)));
      const sum = sumOf(distances);
      if (!best || sum < best.sum) best = { centre, distances, sum };
    }
    centres.push(best!.centre);
    nearest = best!.distances;
  }
  return centres;
}

/** Where the running sum of the weights passes `at`; never a row without weight, unless none has any. */
function rowAt(weights: Float64Array, at: number): number {
  let passed = 0;
  let last = 0;
  for (let i = 0; i < weights.length; i++) {
    if (weights[i] === 0) continue;
    last = i;
    passed += weights[i]!;
    if (passed > at) break;
  }
  return last;
}

function squaredDistance(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += (a[j]! - b[j]!) ** 2;
  return sum;
}

function sumOf(values: Float64Array): number {
  return values.reduce((a, b) => a + b, 0);
}
