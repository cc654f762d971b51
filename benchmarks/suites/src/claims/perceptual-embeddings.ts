import { difference, meanOf, measuredRatio, ratio } from '@paretrain/claims';
import type { BySeed, Claim, Comparison, Evidence, MeasuredValue } from '@paretrain/core';
import { SHARE, around, smallestOfSizes } from './comparisons.ts';

/*
 * What paper 001 finds of its AE (I-I-PW here), VAE, P.AE (I-I-PS here) and P.VAE, by MLPs and linear regressors on frozen embeddings:
 * distances in pixels on LunarLander, where smaller is better, accuracies on STL-10 and SVHN.
 */

const LUNAR_LANDER = 'lunar-lander';
const STL_10 = 'stl-10';
const SVHN = 'svhn';
const DATASETS = [LUNAR_LANDER, STL_10, SVHN] as const;

const AE = 'I-I-PW';
const VAE = 'VAE';
const P_AE = 'I-I-PS';
const P_VAE = 'P.VAE';

/** Each perceptual autoencoder beside the pixel-wise one of its kind. */
const PAIRS = [
  [P_AE, AE],
  [P_VAE, VAE],
] as const;

type Predictor = 'mlp' | 'linear';

const metricOf = (predictor: Predictor, dataset: string): string =>
  `${predictor}.${dataset === LUNAR_LANDER ? 'distance' : 'accuracy'}`;

const measured = (evidence: Evidence, dataset: string, method: string, predictor: Predictor): BySeed =>
  evidence.metric({ dataset, method }, metricOf(predictor, dataset));

/** The perceptual autoencoder is better at every latent size that was run. */
function betterAtEverySize(
  dataset: string,
  perceptual: string,
  pixelWise: string,
  predictor: Predictor,
): Comparison {
  const errors = dataset === LUNAR_LANDER;
  const [more, less] = errors ? [pixelWise, perceptual] : [perceptual, pixelWise];
  return {
    what: `${metricOf(predictor, dataset)} of ${more} less that of ${less}, ${dataset}`,
    unit: errors ? 'pixels' : SHARE,
    atEverySizeOf: dataset,
    effect: (evidence) =>
      difference(measured(evidence, dataset, more, predictor), measured(evidence, dataset, less, predictor)),
    holds: { above: 0 },
  };
}

/** What is lost from MLPs to linear regressors. */
function lossToLinear(method: string, holds: Comparison['holds']): Comparison {
  return {
    what: `accuracy of ${method} by MLPs less that by linear regressors, ${SVHN}`,
    unit: SHARE,
    effect: (evidence) =>
      difference(measured(evidence, SVHN, method, 'mlp'), measured(evidence, SVHN, method, 'linear')),
    holds,
  };
}

/** How errors grow from MLPs to linear regressors. */
function growthToLinear(method: string, holds: Comparison['holds']): Comparison {
  return {
    what: `error of ${method} by linear regressors over that by MLPs, ${LUNAR_LANDER}`,
    unit: 'ratio of errors',
    effect: (evidence) =>
      ratio(
        measured(evidence, LUNAR_LANDER, method, 'linear'),
        measured(evidence, LUNAR_LANDER, method, 'mlp'),
      ),
    holds,
  };
}

/** L1 error of the best latent size with a decoder that was trained again on pixels. */
const l1 = (evidence: Evidence, dataset: string, method: string): BySeed =>
  smallestOfSizes(evidence, { dataset, method }, (row) => evidence.metric(row, 'retrained-decoder.l1'));

/** One reconstructs worse than each of the others. */
function reconstructsWorse(dataset: string, method: string, ...than: readonly string[]): Comparison[] {
  return than.map((other) => ({
    what: `L1 error of ${method} over that of ${other}, ${dataset}`,
    unit: 'ratio of errors',
    effect: (evidence) => ratio(l1(evidence, dataset, method), l1(evidence, dataset, other)),
    holds: { above: 1 },
  }));
}

/** What perceptual loss makes of an epoch's seconds, the mean over AE and VAE. */
const epochRatio = (evidence: Evidence, dataset: string): MeasuredValue =>
  meanOf(
    ...PAIRS.map(([perceptual, pixelWise]) =>
      measuredRatio(
        evidence.secondsPerEpoch({ dataset, method: perceptual }),
        evidence.secondsPerEpoch({ dataset, method: pixelWise }),
      ),
    ),
  );

/** PE1 to PE7. */
export const PERCEPTUAL_EMBEDDINGS_CLAIMS: readonly Claim[] = [
  {
    id: 'PE1',
    statement:
      'Embeddings of perceptually trained autoencoders predict better than those of pixel-wise trained ones, at every latent size, by MLPs and by linear regressors.',
    source: 'paper 001, section VIII and Tables II to VII',
    reading:
      'Section VIII says so of every data set and size; Table IV has P.VAE below VAE on SVHN with MLPs. The tables are tested: that one comparison is left out. Every size: each that was run.',
    comparisons: [
      ...[LUNAR_LANDER, STL_10].flatMap((dataset) =>
        PAIRS.flatMap(([perceptual, pixelWise]) => [
          betterAtEverySize(dataset, perceptual, pixelWise, 'mlp'),
          betterAtEverySize(dataset, perceptual, pixelWise, 'linear'),
        ]),
      ),
      betterAtEverySize(SVHN, P_AE, AE, 'mlp'),
      betterAtEverySize(SVHN, P_AE, AE, 'linear'),
      betterAtEverySize(SVHN, P_VAE, VAE, 'linear'),
    ],
  },
  {
    id: 'PE2',
    statement: 'On LunarLander perceptual loss makes the error of the position about ten times smaller.',
    source: 'paper 001, section VIII and Table II',
    reading:
      'About ten times: at least five times, of the mean over the latent sizes; the table has 6.4 to 9.2 times for AE and 9.9 to 11.6 times for VAE.',
    comparisons: PAIRS.map(([perceptual, pixelWise]) => ({
      what: `error of ${pixelWise} over that of ${perceptual} by MLPs, ${LUNAR_LANDER}`,
      unit: 'ratio of errors',
      effect: (evidence: Evidence) =>
        ratio(
          measured(evidence, LUNAR_LANDER, pixelWise, 'mlp'),
          measured(evidence, LUNAR_LANDER, perceptual, 'mlp'),
        ),
      holds: { above: 5 },
    })),
  },
  {
    id: 'PE3',
    statement:
      'On SVHN pixel-wise embeddings lose about 50 (AE) and 40 (VAE) points of accuracy when linear regressors take the place of MLPs, perceptual ones about 15 and 10.',
    source: 'paper 001, section VIII, Tables IV and VII',
    reading:
      'About: within ten points of the mean over the sizes in the tables, which is 53 (AE), 40 (VAE), 15 (P.AE) and 10 (P.VAE).',
    comparisons: [
      lossToLinear(AE, around(0.53, 0.1)),
      lossToLinear(VAE, around(0.4, 0.1)),
      lossToLinear(P_AE, around(0.15, 0.1)),
      lossToLinear(P_VAE, around(0.1, 0.1)),
    ],
  },
  {
    id: 'PE4',
    statement:
      'On LunarLander the errors of perceptual embeddings grow about fivefold when linear regressors take the place of MLPs; those of pixel-wise ones stay.',
    source: 'paper 001, section VIII, Tables II and V',
    reading:
      'About fivefold: 2.5 to 7.5 times, where the tables have 3.4 to 5.8; stay: within a fifth, where the tables have .97 to 1.15.',
    comparisons: [
      growthToLinear(P_AE, around(5, 2.5)),
      growthToLinear(P_VAE, around(5, 2.5)),
      growthToLinear(AE, around(1, 0.2)),
      growthToLinear(VAE, around(1, 0.2)),
    ],
  },
  {
    id: 'PE5',
    statement: 'On STL-10 linear regressors do about as well as MLPs.',
    source: 'paper 001, section VIII, Tables III and VI',
    reading:
      'About as well: within seven points on the mean over the latent sizes; single cells of the tables differ by -5.3 to +6.7, their means by -3.8 to +.9.',
    comparisons: [AE, VAE, P_AE, P_VAE].map((method) => ({
      what: `accuracy of ${method} by linear regressors less that by MLPs, ${STL_10}`,
      unit: SHARE,
      effect: (evidence: Evidence) =>
        difference(measured(evidence, STL_10, method, 'linear'), measured(evidence, STL_10, method, 'mlp')),
      holds: around(0, 0.07),
    })),
  },
  {
    id: 'PE6',
    statement:
      'With decoders trained again, pixel-wise embeddings reconstruct better on STL-10 and SVHN, P.AE best on LunarLander, P.VAE worst everywhere.',
    source: 'paper 001, section VIII and Table VIII',
    reading: 'By the L1 error of the best latent size of each autoencoder, as in the table.',
    comparisons: [
      ...reconstructsWorse(LUNAR_LANDER, AE, P_AE),
      ...reconstructsWorse(LUNAR_LANDER, VAE, P_AE),
      ...[STL_10, SVHN].flatMap((dataset) => reconstructsWorse(dataset, P_AE, AE, VAE)),
      ...DATASETS.flatMap((dataset) => reconstructsWorse(dataset, P_VAE, AE, VAE, P_AE)),
    ],
  },
  {
    id: 'PE7',
    statement: 'Perceptual loss adds 12 % to the training time.',
    source: 'paper 001, section VII',
    reading:
      '6 to 18 % on every data set: the published mean over all tests, two of its deviations (3 %) to either side. Time: the seconds of an epoch, the mean over AE and VAE.',
    comparisons: DATASETS.map((dataset) => ({
      what: `epoch with perceptual loss over one with pixel-wise loss, ${dataset}`,
      unit: 'ratio of seconds',
      effect: (evidence: Evidence) => epochRatio(evidence, dataset),
      holds: around(1.12, 0.06),
    })),
  },
];
