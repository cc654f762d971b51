import { readFileSync } from 'node:fs';
import { AbortedError, ConfigurationError, type EmbeddingSet, type EvaluatorResult } from '@paretrain/core';
import { evaluatorContext, sampleDescription } from '@paretrain/testing';
import { describe, expect, it } from 'vitest';
import { tSne, type TSneDetails } from '../src/index.ts';
import { neighbourAccuracy } from '../src/t-sne/neighbour-accuracy.ts';
import { pointsByClass } from '../src/t-sne/points.ts';
import { trustworthiness } from '../src/t-sne/trustworthiness.ts';
import { integerEmbeddings, type IntegerEmbeddings } from './integer-embeddings.ts';

interface Scores {
  trustworthiness: number;
  neighbourAccuracy: number;
}
const fixture = JSON.parse(
  readFileSync(new URL('./fixtures/t-sne-scikit-learn.json', import.meta.url), 'utf8'),
) as { rows: number; madeFrom: IntegerEmbeddings; ofColumns: Scores; ofTsne: Scores[] };
const { size, classes } = fixture.madeFrom;
const embeddings = integerEmbeddings(fixture.madeFrom, 0, fixture.rows);

const method = { networks: {}, constants: {}, updates: [], dispose: () => {} };
const target = { kind: 'class', classes: Array.from({ length: classes }, (_, k) => `class ${k}`) } as const;

function evaluate(
  test: EmbeddingSet,
  more: { options?: unknown; seed?: number; signal?: AbortSignal } = {},
): Promise<EvaluatorResult> {
  const dataset = { ...sampleDescription('class'), target };
  return tSne.evaluate(evaluatorContext(tSne, { dataset, method, embeddings: { test }, ...more }));
}

const numbersOf = (points: string): number[][] =>
  points.split(' ').map((point) => point.split(',').map(Number));

describe('against scikit-learn', () => {
  it('has its scores of a layout', () => {
    const columns = Float64Array.from(
      { length: 2 * embeddings.count },
      (_, i) => embeddings.values[Math.floor(i / 2) * size + (i % 2)]!,
    );
    const expected = fixture.ofColumns;
    expect(trustworthiness(embeddings.values, size, columns, 5)).toBeCloseTo(expected.trustworthiness, 10);
    expect(neighbourAccuracy(columns, embeddings.targets, classes, 10)).toBe(expected.neighbourAccuracy);
  });

  it.each([0, 1])('lays out as well as its t-SNE does: seed %d', async (seed) => {
    const { metrics } = await evaluate(embeddings, { seed });
    const worst = (name: keyof Scores): number => Math.min(...fixture.ofTsne.map((scores) => scores[name]));
    expect(metrics['trustworthiness']).toBeGreaterThan(worst('trustworthiness') - 0.01);
    expect(metrics['neighbourAccuracy']).toBeGreaterThan(worst('neighbourAccuracy') - 0.02);
  });
});

describe('t-sne', () => {
  const quick = { iterations: 60 };

  it('stores every image laid out, by class, within 0 to 1000', async () => {
    const { details } = await evaluate(embeddings, { options: quick });
    const { images, clusters, perplexity } = details as TSneDetails;
    expect([images, perplexity]).toEqual([fixture.rows, 30]);
    expect(clusters.map((cluster) => cluster.class)).toEqual(target.classes);
    clusters.forEach(({ points }, k) =>
      expect(numbersOf(points)).toHaveLength(embeddings.targets.filter((label) => label === k).length),
    );
    const all = clusters.flatMap(({ points }) => numbersOf(points)).flat();
    expect([Math.min(...all), Math.max(...all)]).toEqual([0, 1000]);
  });

  it('takes some images of a large split, the classes in proportion', async () => {
    const { details } = await evaluate(embeddings, { options: { ...quick, maxImages: 100 } });
    const { images, clusters } = details as TSneDetails;
    expect(images).toBe(100);
    clusters.forEach(({ points }, k) => {
      const share = embeddings.targets.filter((label) => label === k).length / fixture.rows;
      expect(Math.abs(numbersOf(points).length - 100 * share)).toBeLessThan(1);
    });
  });

  it('gives the same layout for the same seed, another one for another', async () => {
    const clusters = async (seed: number): Promise<unknown> =>
      ((await evaluate(embeddings, { options: quick, seed })).details as TSneDetails).clusters;
    expect(await clusters(1)).toEqual(await clusters(1));
    expect(await clusters(2)).not.toEqual(await clusters(1));
  });

  it.each([1, 2, 3, 4, 7])('takes %d images', async (count) => {
    const { metrics, details } = await evaluate(integerEmbeddings(fixture.madeFrom, 0, count), {
      options: quick,
    });
    expect((details as TSneDetails).images).toBe(count);
    for (const value of Object.values(metrics)) expect(value).toBeGreaterThanOrEqual(0);
    expect(Object.keys(metrics)).toHaveLength(count < 4 ? 0 : 2);
  });

  it('takes embeddings of one number', async () => {
    const values = embeddings.values.filter((_, i) => i % size === 0);
    const { metrics } = await evaluate({ ...embeddings, size: 1, values });
    expect(metrics['trustworthiness']).toBeGreaterThan(0.9);
  });

  it('lays out embeddings that are all the same', async () => {
    const same = { ...embeddings, values: embeddings.values.map(() => 0.5) };
    const { metrics } = await evaluate(same, { options: quick });
    for (const value of Object.values(metrics)) expect(Number.isFinite(value)).toBe(true);
  });

  it('is for classes, and stops on request', async () => {
    const positions = evaluatorContext(tSne, {
      dataset: sampleDescription('position'),
      method,
      embeddings: { test: embeddings },
    });
    await expect(tSne.evaluate(positions)).rejects.toThrow(ConfigurationError);
    const signal = AbortSignal.timeout(300);
    const stopped = evaluate(embeddings, { options: { iterations: 1e6 }, signal });
    await expect(stopped).rejects.toThrow(AbortedError);
  });
});

describe('points by class', () => {
  it('keeps the shape, leaves out classes without an image, and takes a single point', () => {
    const layout = [-1, 5, 1, 5.5, 0, 6];
    expect(pointsByClass(layout, [2, 0, 2], ['a', 'b', 'c'])).toEqual([
      { class: 'a', points: '1000,250' },
      { class: 'c', points: '0,0 500,500' },
    ]);
    expect(pointsByClass([3, 4], [1], ['a', 'b'])).toEqual([{ class: 'b', points: '0,0' }]);
  });
});
