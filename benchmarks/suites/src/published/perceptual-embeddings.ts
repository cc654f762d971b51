import type { PublishedTable } from '@paretrain/core';

const METHODS = ['I-I-PW', 'VAE', 'I-I-PS', 'P.VAE'] as const;

/** Rows of tables II to VII: a latent size, then the values of AE, VAE, P.AE and P.VAE. */
const bySize = (
  dataset: string,
  rows: readonly (readonly [size: number, ...values: number[]])[],
  scale = 1,
): PublishedTable['rows'] =>
  rows.flatMap(([latentSize, ...values]) =>
    values.map((value, i) => ({ dataset, method: METHODS[i]!, latentSize, value: value * scale })),
  );

/** The paper gives accuracies in percent. */
const PERCENT = 0.01;

/** Tables II to VIII of paper 001. */
export const PERCEPTUAL_EMBEDDINGS_TABLES: readonly PublishedTable[] = [
  {
    source: '001, Table II: best MLPs',
    metric: 'mlp.distance',
    unit: 'pixels',
    rows: bySize('lunar-lander', [
      [32, 13.44, 12.7, 2.11, 1.28],
      [64, 13.28, 13.22, 1.6, 1.15],
      [128, 13.31, 13.31, 1.44, 1.15],
      [256, 13.22, 13.28, 1.44, 1.28],
    ]),
  },
  {
    source: '001, Table III: best MLPs',
    metric: 'mlp.accuracy',
    unit: 'share of images',
    rows: bySize(
      'stl-10',
      [
        [64, 38.5, 41.9, 61.4, 63.4],
        [128, 39, 42.4, 62.6, 62.3],
        [256, 41.5, 38.9, 63.4, 64.8],
        [512, 45, 39.2, 63.3, 64.4],
      ],
      PERCENT,
    ),
  },
  {
    source: '001, Table IV: best MLPs',
    metric: 'mlp.accuracy',
    unit: 'share of images',
    rows: bySize(
      'svhn',
      [
        [32, 76.5, 76.8, 77, 69.6],
        [64, 81.5, 81.8, 82.2, 76.8],
        [128, 81.9, 82.7, 84, 81.2],
      ],
      PERCENT,
    ),
  },
  {
    source: '001, Table V: linear regressors',
    metric: 'linear.distance',
    unit: 'pixels',
    rows: bySize('lunar-lander', [
      [32, 13.73, 12.67, 7.23, 7.46],
      [64, 13.6, 12.99, 6.85, 5.5],
      [128, 14.18, 12.96, 6.72, 5.54],
      [256, 15.17, 13.38, 6.4, 5.18],
    ]),
  },
  {
    source: '001, Table VI: linear regressors',
    metric: 'linear.accuracy',
    unit: 'share of images',
    rows: bySize(
      'stl-10',
      [
        [64, 34.6, 36.8, 56.3, 58.1],
        [128, 35.4, 39.7, 59.7, 57.4],
        [256, 40.2, 43.6, 59.5, 63.7],
        [512, 44.4, 45.9, 60.1, 64.9],
      ],
      PERCENT,
    ),
  },
  {
    source: '001, Table VII: linear regressors',
    metric: 'linear.accuracy',
    unit: 'share of images',
    rows: bySize(
      'svhn',
      [
        [32, 25.5, 32, 61.6, 58.9],
        [64, 24.8, 41.2, 67.2, 66.3],
        [128, 29.3, 47.5, 70.6, 71.2],
      ],
      PERCENT,
    ),
  },
  {
    source: '001, Table VIII: reconstruction by retrained decoders, lowest L1 error by own',
    metric: 'retrained-decoder.l1',
    relativeTo: 'best',
    unit: 'ratio to the best method',
    rows: (
      [
        ['lunar-lander', 0.93, 0.77, 1, 0.73],
        ['stl-10', 1, 0.92, 0.6, 0.44],
        ['svhn', 1, 0.97, 0.75, 0.57],
      ] as const
    ).flatMap(([dataset, ...values]) => values.map((value, i) => ({ dataset, method: METHODS[i]!, value }))),
  },
];
