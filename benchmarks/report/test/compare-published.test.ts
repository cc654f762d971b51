import type { PublishedTable } from '@paretrain/core';
import type { RunResult } from '@paretrain/store';
import { describe, expect, it } from 'vitest';

import { comparePublished } from '../src/index.ts';
import { sampleInput } from './sample-input.ts';

const [sample] = sampleInput().runs as [RunResult];

interface Changes {
  readonly method?: string;
  readonly variant?: string;
  readonly seed?: number;
  readonly latentSize?: number;
  readonly metrics?: Readonly<Record<string, number>>;
  readonly accuracy?: number;
}

function run({
  method = 'AE',
  variant,
  seed = 0,
  latentSize = 64,
  metrics = {},
  accuracy,
}: Changes): RunResult {
  return {
    ...sample,
    ...{ method, seed, latentSize, metrics: { ...metrics } },
    ...(variant === undefined ? {} : { variant }),
    headline:
      accuracy === undefined
        ? null
        : { metric: 'linear.accuracy', value: accuracy, unit: '', higherIsBetter: true },
  };
}

const table = (
  rows: readonly Omit<PublishedTable['rows'][number], 'dataset'>[],
  changes = {},
): PublishedTable => ({
  source: 'a test',
  metric: 'headline',
  unit: 'share of images',
  rows: rows.map((row) => ({ dataset: sample.dataset.name, ...row })),
  ...changes,
});

const compare = (published: PublishedTable, runs: readonly RunResult[]) =>
  comparePublished([published], runs)[0]!.cells.map(({ measured, agreement }) => [
    measured && Number(measured.mean.toFixed(6)),
    agreement,
  ]);

describe('comparePublished', () => {
  // Mean .6, 95 % interval of Student's t: .6 -+ 4.303 * .01 / sqrt(3) = .575 to .625.
  const runs = [0.59, 0.6, 0.61].map((accuracy, seed) => run({ seed, accuracy }));

  it('tells agreement by the interval and by the published deviation, and else the direction', () => {
    const rows = [
      { method: 'AE', value: 0.62 },
      { method: 'AE', variant: 'none', value: 0.62 },
      { method: 'AE', value: 0.63 },
      { method: 'AE', value: 0.63, deviation: 0.01 },
      { method: 'AE', value: 0.57 },
    ];
    expect(compare(table(rows), runs)).toEqual([
      [0.6, 'agrees'],
      [null, 'not measured'],
      [0.6, 'worse'],
      [0.6, 'agrees'],
      [0.6, 'better'],
    ]);
  });

  it('takes errors as the lower the better, and metrics by their full name', () => {
    const errors = [2, 2.1, 1.9].map((distance, seed) =>
      run({ seed, metrics: { 'mlp.distance': distance } }),
    );
    const published = table(
      [
        { method: 'AE', value: 3 },
        { method: 'AE', value: 1 },
      ],
      { metric: 'mlp.distance' },
    );
    expect(compare(published, errors)).toEqual([
      [2, 'better'],
      [2, 'worse'],
    ]);
  });

  it('takes one latent size where the table names it, else the mean over those of each seed', () => {
    const sizes = [0, 1].flatMap((seed) =>
      [64, 128].map((latentSize) => run({ seed, latentSize, accuracy: latentSize === 64 ? 0.4 : 0.6 })),
    );
    const unfinished = run({ seed: 2, latentSize: 64, accuracy: 0.9 });
    const rows = [
      { method: 'AE', latentSize: 128, value: 0.6 },
      { method: 'AE', value: 0.5 },
    ];
    expect(compare(table(rows), [...sizes, unfinished])).toEqual([
      [0.6, 'agrees'],
      [0.5, 'agrees'],
    ]);
  });

  it('says so of a single seed', () => {
    expect(compare(table([{ method: 'AE', value: 0.5 }]), [run({ accuracy: 0.5 })])).toEqual([
      [0.5, 'one seed'],
    ]);
  });

  it('relates errors to the best method, each at its best latent size', () => {
    const errors = [0, 1].flatMap((seed) =>
      [64, 128].flatMap((latentSize) => [
        run({ seed, latentSize, metrics: { 'decoder.l1': latentSize === 64 ? 0.02 : 0.03 } }),
        run({ seed, latentSize, method: 'VAE', metrics: { 'decoder.l1': latentSize === 64 ? 0.05 : 0.04 } }),
      ]),
    );
    const rows = [
      { method: 'AE', value: 1 },
      { method: 'VAE', value: 0.5 },
    ];
    const relative = { metric: 'decoder.l1', relativeTo: 'best' as const };
    expect(compare(table(rows, relative), errors)).toEqual([
      [1, 'agrees'],
      [0.5, 'agrees'],
    ]);
    const [alone] = comparePublished(
      [table(rows, relative)],
      errors.filter(({ method }) => method === 'AE'),
    );
    expect(alone!.cells.map(({ agreement }) => agreement)).toEqual(['not measured', 'not measured']);
  });
});
