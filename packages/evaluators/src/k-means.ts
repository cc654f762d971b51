import {
  ConfigurationError,
  defineEvaluator,
  throwIfAborted,
  type EmbeddingSet,
  type EvaluatorContext,
  type EvaluatorResult,
} from '@paretrain/core';
import { z } from 'zod';
import { matchClusters } from './k-means/match-clusters.ts';
import { normalisedMutualInformation } from './k-means/normalised-mutual-information.ts';
import { SCORE_METRICS, assertProbeData, baseline } from './scores.ts';

const options = z.strictObject({
  /** Starts from other centres, the best of which is kept. */
  restarts: z.number().int().positive().default(10),
  /** Of every restart. */
  maxIterations: z.number().int().positive().default(300),
  /** Converged when no centre moves further than the square root of this times the mean variance of the embeddings' numbers. */
  tolerance: z.number().positive().default(1e-4),
});
export type KMeansOptions = z.infer<typeof options>;

/**
 * Whether the classes are what the embeddings group themselves into: as many clusters as classes are found in the training split
 * without looking at labels, then each cluster gets the class that fits best, each class once. `accuracy` is the share of test
 * images whose nearest centre has their class; `normalisedMutualInformation` of clusters and classes needs no matching. Papers
 * on clustering match on the very images that they score; here the training labels decide, so that the test split stays unseen.
 */
export const kMeans = defineEvaluator<KMeansOptions>({
  name: 'k-means',
  version: '1.0.0',
  description: 'Clusters of the frozen embeddings, each matched with a class',
  source:
    "Paper 002 (pseudo-labelling), Table 5, the row K-means; scikit-learn's KMeans with k-means++ and 10 restarts; Kuhn 1955",
  options,
  metrics: {
    accuracy: SCORE_METRICS.accuracy,
    normalisedMutualInformation: { unit: '1', higherIsBetter: true },
  },
  applies: (method, { target }) => method.encode !== undefined && target.kind === 'class',
  evaluate,
});

async function evaluate(context: EvaluatorContext<KMeansOptions>): Promise<EvaluatorResult> {
  const { options: settings, rng, signal, onProgress } = context;
  const { target } = context.dataset;
  if (target.kind !== 'class') {
    throw new ConfigurationError(
      `k-means: received a data set whose target is a ${target.kind}, valid: class`,
    );
  }
  const train = await context.embeddings('train');
  const test = await context.embeddings('test');
  assertProbeData('k-means', context.dataset, train, test);
  throwIfAborted(signal);
  const started = performance.now();
  const classes = target.classes.length;
  const rows = rowsOf(train);
  // ml-kmeans brings some 250 modules, which who only clusters needs.
  const { fitKMeans } = await import('./k-means/fit-k-means.ts');
  const model = await fitKMeans(rows, {
    ...settings,
    clusters: classes,
    rng,
    onIteration: async () => {
      await new Promise((resolve) => setTimeout(resolve, 0));
      throwIfAborted(signal);
    },
    onRestart: (done) => onProgress?.(done / settings.restarts),
  });
  const clusters = model.centres.length;
  const classOf = await matchClusters(countPairs(model.nearest(rows), clusters, train.targets, classes));
  const counts = countPairs(model.nearest(rowsOf(test)), clusters, test.targets, classes);
  const right = counts.reduce((sum, row, cluster) => sum + (row[classOf[cluster]!] ?? 0), 0);
  return {
    metrics: {
      accuracy: right / test.count,
      normalisedMutualInformation: normalisedMutualInformation(counts),
    },
    details: {
      classes: classOf,
      inertia: model.inertia,
      iterations: model.iterations,
      converged: model.converged,
      baseline: baseline(target, train.targets, test.targets),
      seconds: (performance.now() - started) / 1000,
    },
  };
}

function rowsOf({ count, size, values }: EmbeddingSet): number[][] {
  return Array.from({ length: count }, (_, i) => Array.from(values.subarray(i * size, (i + 1) * size)));
}

/** Rows of every cluster by class. */
function countPairs(
  clusterOf: readonly number[],
  clusters: number,
  labels: Float32Array,
  classes: number,
): number[][] {
  const counts = Array.from({ length: clusters }, () => new Array<number>(classes).fill(0));
  clusterOf.forEach((cluster, i) => (counts[cluster]![labels[i]!]! += 1));
  return counts;
}
