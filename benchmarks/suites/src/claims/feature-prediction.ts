import { difference, meanOf, measuredRatio, ratio, scaled } from '@paretrain/claims';
import type { BySeed, Claim, Comparison, Evidence, MeasuredValue } from '@paretrain/core';
import { SHARE, around } from './comparisons.ts';

/*
 * What paper 000 finds. Results are headlines, means over the latent sizes that were run: distances in pixels on LunarLander, where
 * smaller is better, accuracies on STL-10 and SVHN. Times are of an epoch's training steps as measured by the cost phase.
 */

const LUNAR_LANDER = 'lunar-lander';
const STL_10 = 'stl-10';
const SVHN = 'svhn';
const DATASETS = [LUNAR_LANDER, STL_10, SVHN] as const;

const PIXEL_WISE = ['I-I-PW', 'F-I-PW'] as const;
const PERCEPTUAL = ['I-I-PS', 'F-I-PS'] as const;
const PREDICTING = ['I-F-FP', 'F-F-FP'] as const;
const PROCEDURES = [...PIXEL_WISE, ...PERCEPTUAL, ...PREDICTING] as const;

const others = (method: string): string[] => PROCEDURES.filter((name) => name !== method);

const result = (evidence: Evidence, dataset: string, method: string): BySeed =>
  evidence.headline({ dataset, method });

const metricOf = (dataset: string): string => (dataset === LUNAR_LANDER ? 'error' : 'accuracy');
const unitOf = (dataset: string): string => (dataset === LUNAR_LANDER ? 'pixels' : SHARE);

/** How much better one method is than another. */
function advantage(evidence: Evidence, dataset: string, method: string, than: string): BySeed {
  const [more, less] = dataset === LUNAR_LANDER ? [than, method] : [method, than];
  return difference(result(evidence, dataset, more), result(evidence, dataset, less));
}

/** One method is better than another, by more than a margin. */
function better(dataset: string, method: string, than: string, margin = 0): Comparison {
  const [more, less] = dataset === LUNAR_LANDER ? [than, method] : [method, than];
  return {
    what: `${metricOf(dataset)} of ${more} less that of ${less}, ${dataset}`,
    unit: unitOf(dataset),
    effect: (evidence) => advantage(evidence, dataset, method, than),
    holds: { above: margin },
  };
}

/** One method's result is another's, within a range of the difference. */
function alike(dataset: string, method: string, other: string, holds: Comparison['holds']): Comparison {
  return {
    what: `${metricOf(dataset)} of ${method} less that of ${other}, ${dataset}`,
    unit: unitOf(dataset),
    effect: (evidence) => difference(result(evidence, dataset, method), result(evidence, dataset, other)),
    holds,
  };
}

/** Mean over several methods of what an epoch takes. */
const epoch = (evidence: Evidence, dataset: string, methods: readonly string[]): MeasuredValue =>
  meanOf(...methods.map((method) => evidence.secondsPerEpoch({ dataset, method })));

function epochRatio(
  dataset: string,
  methods: readonly string[],
  than: readonly string[],
  holds: Comparison['holds'],
): Comparison {
  return {
    what: `epoch of ${methods.join(' and ')} over that of ${than.join(', ')}, ${dataset}`,
    unit: 'ratio of seconds',
    effect: (evidence) => measuredRatio(epoch(evidence, dataset, methods), epoch(evidence, dataset, than)),
    holds,
  };
}

/** At most one of the other procedures is better. */
function amongBestTwo(dataset: string, method: string): Comparison {
  const rest = others(method);
  return {
    what: `advantage of ${method} over the second best of the others, ${metricOf(dataset)}, ${dataset}`,
    unit: unitOf(dataset),
    effect: (evidence) => ({
      atLeast: rest.length - 1,
      of: rest.map((other) => advantage(evidence, dataset, method, other)),
    }),
    holds: { above: 0 },
  };
}

/** At most one of the other procedures is faster. */
function amongFastestTwo(dataset: string, method: string): Comparison {
  const rest = others(method);
  return {
    what: `epoch of ${method} over that of the second fastest of the others, ${dataset}`,
    unit: 'ratio of seconds',
    effect: (evidence) => ({
      atLeast: rest.length - 1,
      of: rest.map((other) =>
        measuredRatio(epoch(evidence, dataset, [method]), epoch(evidence, dataset, [other])),
      ),
    }),
    holds: { below: 1 },
  };
}

/** FP1 to FP11. */
export const FEATURE_PREDICTION_CLAIMS: readonly Claim[] = [
  {
    id: 'FP1',
    statement: 'On LunarLander the two pixel-wise procedures are far worse than the other four.',
    source: 'paper 000, section VIII and Table I',
    reading:
      'Far worse: each of the two makes at least twice the error of each of the four. Table I has seven times for I-I-PW against I-I-PS.',
    comparisons: PIXEL_WISE.flatMap((pixelWise) =>
      [...PERCEPTUAL, ...PREDICTING].map((other) => ({
        what: `error of ${pixelWise} over that of ${other}, ${LUNAR_LANDER}`,
        unit: 'ratio of errors',
        effect: (evidence: Evidence) =>
          ratio(result(evidence, LUNAR_LANDER, pixelWise), result(evidence, LUNAR_LANDER, other)),
        holds: { above: 2 },
      })),
    ),
  },
  {
    id: 'FP2',
    statement:
      "On LunarLander an epoch of the feature-prediction procedures takes about 60 % of the perceptual-similarity procedures'.",
    source: 'paper 000, section VIII',
    reading: 'About 60 %: 50 to 70 %, of the mean over the two procedures of each kind.',
    comparisons: [epochRatio(LUNAR_LANDER, PREDICTING, PERCEPTUAL, around(0.6, 0.1))],
  },
  {
    id: 'FP3',
    statement:
      'On STL-10 I-F-FP is best, the two perceptual-similarity procedures come next and the other three behind them.',
    source: 'paper 000, section VIII',
    reading: 'The three levels (just above 65 %, just below 60 %, 35 to 50 %) by their order.',
    comparisons: PERCEPTUAL.flatMap((perceptual) => [
      better(STL_10, 'I-F-FP', perceptual),
      ...[...PIXEL_WISE, 'F-F-FP'].map((last) => better(STL_10, perceptual, last)),
    ]),
  },
  {
    id: 'FP4',
    statement:
      "On STL-10 an epoch of the feature-prediction procedures takes about 75 % of the other procedures'.",
    source: 'paper 000, section VIII',
    reading: 'About 75 %: 65 to 85 %, of the mean over the procedures of each kind.',
    comparisons: [epochRatio(STL_10, PREDICTING, [...PIXEL_WISE, ...PERCEPTUAL], around(0.75, 0.1))],
  },
  {
    id: 'FP5',
    statement: 'On SVHN I-F-FP does as well as I-I-PS at about 55 % of its epoch time.',
    source: 'paper 000, section VIII',
    reading:
      'As well: within two points; the text says almost exactly the same, Table I has I-F-FP one point below. About 55 %: 45 to 65 %.',
    comparisons: [
      alike(SVHN, 'I-F-FP', 'I-I-PS', around(0, 0.02)),
      epochRatio(SVHN, ['I-F-FP'], ['I-I-PS'], around(0.55, 0.1)),
    ],
  },
  {
    id: 'FP6',
    statement:
      'F-F-FP is among the worst three of the six procedures on STL-10 and by far the worst on SVHN.',
    source: 'paper 000, sections VIII and IX',
    reading:
      'By far: at least ten points behind each of the others; the text has about 55 % against about 80 %.',
    comparisons: [
      {
        what: `third best of the other procedures less F-F-FP, accuracy, ${STL_10}`,
        unit: SHARE,
        effect: (evidence) => ({
          atLeast: 3,
          of: others('F-F-FP').map((other) => advantage(evidence, STL_10, other, 'F-F-FP')),
        }),
        holds: { above: 0 },
      },
      ...others('F-F-FP').map((other) => better(SVHN, other, 'F-F-FP', 0.1)),
    ],
  },
  {
    id: 'FP7',
    statement: 'Until it has converged F-F-FP trains about half as long as I-F-FP.',
    source: 'paper 000, section VII',
    reading:
      'Until the epoch with the lowest validation loss: its number times the seconds of an epoch, whose error is small beside the spread of the number and left out. About half: 35 to 65 %, wider than elsewhere because the paper says that these times vary hugely; on every data set, since the paper names none.',
    comparisons: DATASETS.map((dataset) => ({
      what: `training until the best epoch of F-F-FP over that of I-F-FP, ${dataset}`,
      unit: 'ratio of seconds',
      effect: (evidence: Evidence) => {
        const [own, other] = [
          { dataset, method: 'F-F-FP' },
          { dataset, method: 'I-F-FP' },
        ] as const;
        const epochs = ratio(evidence.bestEpoch(own), evidence.bestEpoch(other));
        return scaled(
          epochs,
          measuredRatio(evidence.secondsPerEpoch(own), evidence.secondsPerEpoch(other)).value,
        );
      },
      holds: around(0.5, 0.15),
    })),
  },
  {
    id: 'FP8',
    statement: 'A new image is encoded as fast by the encoder of features as by the encoder of images.',
    source: 'paper 000, section VII',
    reading:
      'As fast: within a fifth, the loss network counted as part of the encoder of features; the paper calls the difference negligible and gives no figure. Pairs with the same objective.',
    comparisons: DATASETS.map((dataset) => ({
      what: `time to encode an image of F-I-PW and F-I-PS over that of I-I-PW and I-I-PS, ${dataset}`,
      unit: 'ratio of seconds',
      effect: (evidence: Evidence) => {
        const encoding = (methods: readonly string[]) =>
          meanOf(...methods.map((method) => evidence.secondsPerEncoding({ dataset, method })));
        return measuredRatio(encoding(['F-I-PW', 'F-I-PS']), encoding(['I-I-PW', 'I-I-PS']));
      },
      holds: around(1, 0.2),
    })),
  },
  {
    id: 'FP9',
    statement:
      "Table I's order: on LunarLander I-F-FP and I-I-PS alike, then the CNN, then I-I-PW; on STL-10 I-F-FP, I-I-PS, the CNN, I-I-PW; on SVHN the CNN, I-I-PS, I-F-FP, I-I-PW.",
    source: 'paper 000, Table I',
    reading:
      'Alike: within half a pixel, where the table has .04 with deviations of .2. Mean over the latent sizes, since the table does not say which it shows.',
    comparisons: [
      alike(LUNAR_LANDER, 'I-F-FP', 'I-I-PS', around(0, 0.5)),
      better(LUNAR_LANDER, 'I-F-FP', 'simple-cnn'),
      better(LUNAR_LANDER, 'I-I-PS', 'simple-cnn'),
      better(LUNAR_LANDER, 'simple-cnn', 'I-I-PW'),
      better(STL_10, 'I-F-FP', 'I-I-PS'),
      better(STL_10, 'I-I-PS', 'simple-cnn'),
      better(STL_10, 'simple-cnn', 'I-I-PW'),
      better(SVHN, 'simple-cnn', 'I-I-PS'),
      better(SVHN, 'I-I-PS', 'I-F-FP'),
      better(SVHN, 'I-F-FP', 'I-I-PW'),
    ],
  },
  {
    id: 'FP10',
    statement:
      'Encoding features instead of the image makes no difference: F-I-PW is like I-I-PW and F-I-PS like I-I-PS on every data set.',
    source: 'paper 000, sections VIII and IX',
    reading:
      'Alike: less than five points apart, which section VIII calls worse; on LunarLander errors within a third, where Table I\'s deviations are a tenth (PS) to a third (PW). Section IX says "all data sets", section VIII has F-I-PW 5 and 10 points worse on SVHN at two of three sizes: there the mean over the sizes may be up to ten points lower.',
    comparisons: [
      ...['PW', 'PS'].map((objective) => ({
        what: `error of F-I-${objective} over that of I-I-${objective}, lunar-lander`,
        unit: 'ratio of errors',
        effect: (evidence: Evidence) =>
          ratio(
            result(evidence, LUNAR_LANDER, `F-I-${objective}`),
            result(evidence, LUNAR_LANDER, `I-I-${objective}`),
          ),
        holds: { above: 2 / 3, below: 4 / 3 },
      })),
      alike(STL_10, 'F-I-PW', 'I-I-PW', around(0, 0.05)),
      alike(STL_10, 'F-I-PS', 'I-I-PS', around(0, 0.05)),
      alike(SVHN, 'F-I-PW', 'I-I-PW', { above: -0.1, below: 0.05 }),
      alike(SVHN, 'F-I-PS', 'I-I-PS', around(0, 0.05)),
    ],
  },
  {
    id: 'FP11',
    statement:
      'I-F-FP is among the two best and among the two fastest of the six procedures on every data set.',
    source: 'paper 000, section IX',
    reading: 'Fastest: by the time of an epoch.',
    comparisons: [
      ...DATASETS.map((dataset) => amongBestTwo(dataset, 'I-F-FP')),
      ...DATASETS.map((dataset) => amongFastestTwo(dataset, 'I-F-FP')),
    ],
  },
];
