import type { PublishedTable } from '@paretrain/core';

const METHODS = ['I-I-PW', 'I-I-PS', 'SDA-AE', 'PL-AE'] as const;

/** Columns of a table by embedding size, in percent: B-AE, P-AE, SDA-AE, PL-AE and the supervised CNN. */
const DATASETS = [
  [
    'Table 2',
    'mnist',
    [
      [250, 95.91, 97.78, 98.12, 98.7, 99.38],
      [300, 95.96, 98.37, 98.04, 99.3, 99.44],
      [350, 96.67, 98.49, 98.37, 99.27, 99.43],
    ],
  ],
  [
    'Table 3',
    'cifar-10',
    [
      [250, 36.27, 55.22, 56.21, 60.66, 80.77],
      [300, 37.67, 56.33, 56.86, 60.6, 81.14],
      [350, 39.15, 56.46, 57.42, 60.71, 81.73],
    ],
  ],
  [
    'Table 4',
    'svhn',
    [
      [250, 32.99, 73.01, 72.07, 75.59, 92.53],
      [300, 35.12, 74.67, 72.92, 76.21, 92.57],
      [350, 36.48, 74.76, 74.17, 76.48, 92.57],
    ],
  ],
] as const;

/** Table 5's row of K-means: other authors' figures. Principal components keep the distances of the images nearly as they are. */
const K_MEANS: PublishedTable = {
  source: '002, Table 5: K-means',
  metric: 'k-means.accuracy',
  unit: 'share of images',
  note: 'Published: K-means on the pixels, of all images, by Haeusser et al. 2018. Measured: on the first principal components of the test images, whose clusters are matched with the classes of the same images.',
  rows: [
    { dataset: 'mnist', method: 'pca', value: 0.5349 },
    { dataset: 'cifar-10', method: 'pca', value: 0.208 },
    { dataset: 'svhn', method: 'pca', value: 0.125 },
  ],
};

/** Percent on MNIST, CIFAR-10 and SVHN; null where the table has none. */
const EARLIER = [
  ['AE (Bengio et al. 2007)', 81.2, 31.4, null],
  ['GAN (Radford et al. 2016)', 82.8, 31.5, null],
  ['IMSAT (Hu et al. 2017)', 98.4, 45.6, 57.3],
  ['IIC (Ji et al. 2019)', 98.4, 57.6, null],
  ['ADC (Haeusser et al. 2018)', 98.7, 29.3, 38.6],
  ['SCAE (Kosiorek et al. 2019)', 99, 33.48, 67.27],
] as const;

const EARLIER_METHODS: PublishedTable = {
  source: '002, Table 5: other methods',
  metric: 'accuracy',
  unit: 'share of images',
  note: 'As published by others, and not run here. Not like for like: some of them cluster without any label, where the rows of paper 002 classify embeddings by a classifier trained on all labels.',
  rows: EARLIER.flatMap(([method, ...values]) =>
    (['mnist', 'cifar-10', 'svhn'] as const).flatMap((dataset, i) => {
      const value = values[i];
      return value == null ? [] : [{ dataset, method, value: value / 100 }];
    }),
  ),
};

const BY_SIZE: readonly PublishedTable[] = DATASETS.flatMap(([table, dataset, rows]): PublishedTable[] => [
  {
    source: `002, ${table}: best over epochs on the test set`,
    metric: 'linear-svm.bestAccuracy',
    unit: 'share of images',
    rows: rows.flatMap(([latentSize, ...values]) =>
      METHODS.map((method, i) => ({ dataset, method, latentSize, value: values[i]! / 100 })),
    ),
  },
  {
    source: `002, ${table}: the supervised CNN`,
    metric: 'prediction.bestAccuracy',
    unit: 'share of images',
    rows: rows.map(([latentSize, , , , , value]) => ({
      dataset,
      method: 'supervised-cnn',
      latentSize,
      value: value / 100,
    })),
  },
]);

/**
 * Tables 2 to 5 of paper 002. In tables 2 to 4 is the best accuracy on the test set over all epochs, as the paper has no validation set. Of
 * table 5 the paper's own rows are the largest of these; its P-AE on CIFAR-10 (57.46) is in no other table.
 */
export const PSEUDO_LABELLING_TABLES: readonly PublishedTable[] = [...BY_SIZE, K_MEANS, EARLIER_METHODS];
