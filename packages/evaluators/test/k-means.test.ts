import { readFileSync } from 'node:fs';
import { AbortedError, ConfigurationError, type EmbeddingSet, type EvaluatorResult } from '@paretrain/core';
import { evaluatorContext, sampleDescription } from '@paretrain/testing';
import { describe, expect, it } from 'vitest';
import { kMeans } from '../src/index.ts';
import { matchClusters } from '../src/k-means/match-clusters.ts';
import { normalisedMutualInformation } from '../src/k-means/normalised-mutual-information.ts';
import { integerEmbeddings, type IntegerEmbeddings } from './integer-embeddings.ts';

interface Problem {
  name: string;
  train: number;
  test: number;
  madeFrom: IntegerEmbeddings;
  inertia: number;
  accuracy: number;
  normalisedMutualInformation: number;
}
interface Matching {
  counts: number[][];
  matchedRows: number;
  normalisedMutualInformation: number;
}
const { problems, matchings } = JSON.parse(
  readFileSync(new URL('./fixtures/k-means-scikit-learn.json', import.meta.url), 'utf8'),
) as { problems: Problem[]; matchings: Matching[] };

const method = { networks: {}, constants: {}, updates: [], dispose: () => {} };

function evaluate(
  classes: number,
  embeddings: { train: EmbeddingSet; test: EmbeddingSet },
  more: { options?: unknown; seed?: number; signal?: AbortSignal } = {},
): Promise<EvaluatorResult> {
  const target = { kind: 'class', classes: Array.from({ length: classes }, (_, i) => `class ${i}`) } as const;
  const dataset = { ...sampleDescription('class'), target };
  return kMeans.evaluate(evaluatorContext(kMeans, { dataset, method, embeddings, ...more }));
}

const rows = (values: number[][], labels: number[]): EmbeddingSet => ({
  count: values.length,
  size: values[0]!.length,
  values: Float32Array.from(values.flat()),
  targets: Float32Array.from(labels),
});

describe.each(problems)('$name classes, against scikit-learn and SciPy', ({ madeFrom, ...problem }) => {
  const train = integerEmbeddings(madeFrom, 0, problem.train);
  const test = integerEmbeddings(madeFrom, problem.train, problem.test);

  it('has its clusters and scores', async () => {
    // As scikit-learn was told to: until no row changes its cluster, from enough starts to find the best grouping of all.
    const options = { tolerance: 1e-12, restarts: 50 };
    const { metrics, details } = await evaluate(madeFrom.classes, { train, test }, { options });
    const { inertia, converged } = details as { inertia: number; converged: boolean };
    expect(converged).toBe(true);
    expect(Math.abs(inertia / problem.inertia - 1)).toBeLessThan(1e-6);
    expect(metrics['accuracy']).toBe(problem.accuracy);
    expect(metrics['normalisedMutualInformation']).toBeCloseTo(problem.normalisedMutualInformation, 9);
  });
});

it.each(matchings)('matches clusters with classes as SciPy does: $matchedRows rows', async (matching) => {
  const { counts } = matching;
  const classOf = await matchClusters(counts);
  expect(classOf).toHaveLength(counts.length);
  const given = classOf.filter((label) => label >= 0);
  expect(new Set(given).size).toBe(given.length);
  expect(given.length).toBe(Math.min(counts.length, counts[0]!.length));
  const matched = counts.reduce((sum, row, cluster) => sum + (row[classOf[cluster]!] ?? 0), 0);
  expect(matched).toBe(matching.matchedRows);
});

it.each(matchings)('has the mutual information of scikit-learn: $normalisedMutualInformation', (matching) => {
  expect(normalisedMutualInformation(matching.counts)).toBeCloseTo(matching.normalisedMutualInformation, 10);
});

describe('k-means', () => {
  it('names clusters after the training labels, not those of the test split', async () => {
    const train = rows([[0], [1], [10], [11]], [1, 1, 0, 0]);
    const test = rows([[0], [0.5], [1], [10]], [0, 0, 1, 0]);
    const { metrics, details } = await evaluate(2, { train, test });
    expect(metrics['accuracy']).toBe(0.5);
    expect(details).toMatchObject({ inertia: 1 });
  });

  it('keeps the best of its restarts', async () => {
    const madeFrom = problems[1]!.madeFrom;
    const train = integerEmbeddings(madeFrom, 0, 200);
    const inertia = async (restarts: number): Promise<number> => {
      const result = await evaluate(madeFrom.classes, { train, test: train }, { options: { restarts } });
      return (result.details as { inertia: number }).inertia;
    };
    const all = [await inertia(1), await inertia(5), await inertia(20)];
    expect(all).toEqual([...all].sort((a, b) => b - a));
    expect(all[2]).toBeLessThan(all[0]!);
  });

  it('gives finite scores for constant embeddings and for fewer different ones than classes', async () => {
    const constant = rows([[5], [5], [5]], [2, 2, 0]);
    const { metrics } = await evaluate(3, { train: constant, test: constant });
    expect(metrics).toEqual({ accuracy: 2 / 3, normalisedMutualInformation: 0 });
    const two = rows([[5], [5], [7]], [2, 2, 0]);
    expect((await evaluate(3, { train: two, test: two })).metrics).toEqual({
      accuracy: 1,
      normalisedMutualInformation: 1,
    });
  });

  it('is for classes, and stops on request', async () => {
    const set = rows([[1], [2], [3]], [0, 1, 1]);
    const positions = evaluatorContext(kMeans, {
      dataset: sampleDescription('position'),
      method,
      embeddings: { train: set, test: set },
    });
    await expect(kMeans.evaluate(positions)).rejects.toThrow(ConfigurationError);
    const stopped = evaluate(2, { train: set, test: set }, { signal: AbortSignal.abort() });
    await expect(stopped).rejects.toThrow(AbortedError);
  });
});
