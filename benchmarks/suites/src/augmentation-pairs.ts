/*
 * Pairs of random transformations (paper 002, figures 11 to 13): PL-AE with every transformation alone (the diagonal) and with every
 * pair of them, one after the other, scored by a linear support vector machine; beside them the same autoencoder without any.
 *
 *   pnpm bench augmentation-pairs [--profile smoke | quick | reduced | paper] --data-dir DIR
 *
 * DIR holds mnist/ and cifar-10-batches-bin/ (and for `paper` svhn/), or `paretrain data fetch` has brought them. Expected time on 2
 * cores: see `expected` of each profile. The report draws a heat map for each data set.
 */
import {
  SPLITS,
  defineSuite,
  type DatasetChoice,
  type Headline,
  type MethodChoice,
  type SubsetChoice,
  type SuiteProfile,
} from '@paretrain/core';
import { z } from 'zod';
import { PAPER_002, trainingOf002 } from './paper-002.ts';
import { AUGMENTATION_PAIRS_CLAIMS } from './claims/pseudo-labelling.ts';
import { TRANSFORMATIONS, policyOf } from './transformations.ts';

const READOUT: Headline = { position: 'linear.distance', class: 'linear-svm.accuracy' };

type DatasetName = keyof typeof TRANSFORMATIONS;

/** Each transformation alone and each unordered pair, on the data sets that take both; order as in `transformations`. */
function cells(datasets: readonly DatasetName[], transformations: readonly string[]): MethodChoice[] {
  const on = (names: readonly string[]): string[] =>
    datasets.filter((dataset) => names.every((name) => TRANSFORMATIONS[dataset].includes(name)));
  const sequences = transformations.flatMap((first, i) => [
    [first],
    ...transformations.slice(i + 1).map((second) => [first, second]),
  ]);
  return sequences.flatMap((sequence) => {
    const own = on(sequence);
    if (own.length === 0) return [];
    const variant = sequence.join(' + ');
    return [{ name: 'PL-AE', variant, datasets: own, augmentation: policyOf([sequence]) }];
  });
}

const methods = (
  datasets: readonly DatasetName[],
  transformations: readonly string[] = TRANSFORMATIONS['cifar-10'],
): MethodChoice[] => [{ name: 'I-I-PS' }, ...cells(datasets, transformations)];

const choices = (names: readonly DatasetName[], subset?: SubsetChoice): DatasetChoice[] =>
  names.map((name) => ({ name, ...(subset === undefined ? {} : { subset }) }));

/** The paper does not say which embedding size; 300 is where its other results peak. No cost: every cell takes the same steps. */
const COMMON = {
  lossNetworks: [{ name: 'paretrain', options: { sigmoid: false } }],
  latentSizes: [300],
  evaluators: [{ name: 'linear-svm' }, { name: 'linear', options: { solver: 'least-squares' } }],
  headline: READOUT,
} satisfies Partial<SuiteProfile>;

export const augmentationPairs = defineSuite({
  name: 'augmentation-pairs',
  version: '1.0.0',
  title: 'Pairs of augmentations',
  description:
    'Pseudo-labelling with every random transformation and every pair of them: accuracy as a heat map',
  source: 'paper 002, section 5.5, figures 11 to 13',
  options: z.strictObject({}),
  paper: PAPER_002,
  profiles: {
    smoke: {
      ...COMMON,
      datasets: choices(['mnist'], { size: 60, splits: [...SPLITS] }),
      methods: methods(['mnist'], ['rotation', 'crop']),
      seeds: 1,
      training: { ...trainingOf002(1), batchSize: 20 },
      expected: { seconds: 30, cores: 2 },
    },
    quick: {
      ...COMMON,
      datasets: choices(['mnist'], 1000),
      methods: methods(['mnist']),
      seeds: 2,
      // In batches of 20: with the paper's 100 these would be 30 steps.
      training: { ...trainingOf002(3), batchSize: 20 },
      expected: { seconds: 1020, cores: 2 },
    },
    reduced: {
      ...COMMON,
      datasets: choices(['mnist', 'cifar-10'], 1500),
      methods: methods(['mnist', 'cifar-10']),
      seeds: 3,
      training: { ...trainingOf002(5), batchSize: 20 },
      expected: { seconds: 4500, cores: 2 },
    },
    // Section 5.5: 30 epochs; 15, 45 and 28 cells.
    paper: {
      ...COMMON,
      datasets: choices(['mnist', 'cifar-10', 'svhn']),
      methods: methods(['mnist', 'cifar-10', 'svhn']),
      lossNetworks: [{ name: 'alexnet', options: { sigmoid: false, padTo: 224 } }],
      seeds: 3,
      training: { ...trainingOf002(30), targets: 'computed' },
      expected: { seconds: 265 * 86_400, cores: 2 },
    },
  },
  published: [],
  claims: AUGMENTATION_PAIRS_CLAIMS,
});
