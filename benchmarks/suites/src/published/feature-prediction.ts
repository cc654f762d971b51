import type { PublishedTable } from '@paretrain/core';

/** Table I of paper 000, which does not say at which latent size; deviations that it rounds to 0 are left out. */
export const FEATURE_PREDICTION_TABLES: readonly PublishedTable[] = [
  {
    source: '000, Table I: LunarLander',
    metric: 'headline',
    unit: 'pixels',
    rows: [
      { dataset: 'lunar-lander', method: 'I-F-FP', value: 1.92, deviation: 0.22 },
      { dataset: 'lunar-lander', method: 'I-I-PS', value: 1.96, deviation: 0.18 },
      { dataset: 'lunar-lander', method: 'simple-cnn', value: 8.1, deviation: 0.01 },
      { dataset: 'lunar-lander', method: 'I-I-PW', value: 13.76, deviation: 5.08 },
    ],
  },
  {
    source: '000, Table I: STL-10 and SVHN',
    metric: 'headline',
    unit: 'share of images',
    rows: [
      { dataset: 'stl-10', method: 'I-F-FP', value: 0.67, deviation: 0.01 },
      { dataset: 'stl-10', method: 'I-I-PS', value: 0.59 },
      { dataset: 'stl-10', method: 'simple-cnn', value: 0.48, deviation: 0.03 },
      { dataset: 'stl-10', method: 'I-I-PW', value: 0.38 },
      { dataset: 'svhn', method: 'I-F-FP', value: 0.86 },
      { dataset: 'svhn', method: 'I-I-PS', value: 0.87 },
      { dataset: 'svhn', method: 'simple-cnn', value: 0.89, deviation: 0.01 },
      { dataset: 'svhn', method: 'I-I-PW', value: 0.82 },
    ],
  },
];
