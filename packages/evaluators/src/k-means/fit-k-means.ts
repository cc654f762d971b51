import type { Rng } from '@paretrain/core';
import type { kmeans } from 'ml-kmeans';
import { drawCentres } from './draw-centres.ts';

type Result = ReturnType<typeof kmeans>;

export interface KMeansSettings {
  /** Clusters; fewer where the data have fewer different rows. */
  readonly clusters: number;
  /** Starts from other centres; the one with the smallest squared distances is kept. */
  readonly restarts: number;
  readonly maxIterations: number;
  /** Converged when no centre moves further than the square root of this times the columns' mean variance. */
  readonly tolerance: number;
  readonly rng: Pick<Rng, 'integer' | 'uniform'>;
  /** Called after every iteration; may throw to stop. */
  readonly onIteration?: (() => Promise<void>) | undefined;
  /** Called after every restart. */
  readonly onRestart?: ((done: number) => void) | undefined;
}

export interface KMeansModel {
  readonly centres: readonly (readonly number[])[];
  /** Sum of the rows' squared distances from their centres. */
  readonly inertia: number;
  readonly iterations: number;
  readonly converged: boolean;
  /** Index of the centre nearest to each row. */
  nearest(rows: number[][]): number[];
}

/**
 * K-means by Lloyd's iterations (ml-kmeans) from centres that k-means++ draws, as scikit-learn's `KMeans` does.
 * @param rows at least one, all of the same length
 */
export async function fitKMeans(rows: number[][], settings: KMeansSettings): Promise<KMeansModel> {
  // Not with this package: loading it takes most of a second, which runs without this evaluator need not spend.
  const { kmeansGenerator } = await import('ml-kmeans');
  const { restarts, maxIterations, rng } = settings;
  const clusters = differentRows(rows, settings.clusters);
  const tolerance = settings.tolerance * meanVariance(rows);
  let best: { result: Result; inertia: number } | undefined;
  for (let restart = 0; restart < restarts; restart++) {
    const initialization = drawCentres(rows, clusters, rng);
    let result: Result | undefined;
    for (result of kmeansGenerator(rows, clusters, { initialization, maxIterations, tolerance })) {
      await settings.onIteration?.();
    }
    const inertia = result!
      .computeInformation(rows)
      .reduce((sum, { error, size }) => sum + (size > 0 ? error * size : 0), 0);
    if (!best || inertia < best.inertia) best = { result: result!, inertia };
    settings.onRestart?.(restart + 1);
  }
  const { result, inertia } = best!;
  return {
    centres: result.centroids,
    inertia,
    iterations: result.iterations,
    converged: result.converged,
    nearest: (others) => result.nearest(others),
  };
}

/** How many different rows there are, counted up to `most`: k-means++ cannot draw more centres than that. */
function differentRows(rows: readonly (readonly number[])[], most: number): number {
  const found: (readonly number[])[] = [];
  for (const row of rows) {
    if (found.length === most) break;
    if (!found.some((other) => other.every((value, j) => value === row[j]))) found.push(row);
  }
  return found.length;
}

function meanVariance(rows: readonly (readonly number[])[]): number {
  const size = rows[0]!.length;
  let total = 0;
  for (let j = 0; j < size; j++) {
    let mean = 0;
    for (const row of rows) mean += row[j]! / rows.length;
    for (const row of rows) total += (row[j]! - mean) ** 2 / rows.length;
  }
  return total / size;
}
