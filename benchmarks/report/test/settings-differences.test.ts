import type { SuiteProfile } from '@paretrain/core';
import type { RunResult } from '@paretrain/store';
import { describe, expect, it } from 'vitest';

import { settingsDifferences } from '../src/index.ts';
import { sampleInput } from './sample-input.ts';

const runs = sampleInput().runs.filter(({ method }) => method === 'I-I-PS');

/** The settings that the sample's runs were made with. */
const asHere: SuiteProfile = {
  datasets: [{ name: 'lunar-lander', options: { rollouts: 20 } }],
  methods: [{ name: 'I-I-PS' }],
  latentSizes: [64],
  seeds: 3,
  training: { epochs: 10, batchSize: 64, targets: 'cached' },
  lossNetworks: [{ name: 'distilled-alexnet' }],
  evaluators: [{ name: 'mlp' }],
  headline: { position: 'mlp.distance', class: 'mlp.accuracy' },
  expected: { seconds: 1, cores: 1 },
};

const differences = (paper: Partial<SuiteProfile>, own: readonly RunResult[] = runs, quick = asHere) =>
  settingsDifferences(own, { smoke: asHere, quick, reduced: asHere, paper: { ...asHere, ...paper } }).map(
    ({ what, here, paper: there }) => `${what}: ${here}, ${there}`,
  );

describe('settingsDifferences', () => {
  it('finds none between runs and the profile they were made with', () => {
    expect(differences({})).toEqual([]);
  });

  it('compares seeds, latent sizes, training, loss network and options that the paper names', () => {
    expect(
      differences({
        seeds: 4,
        latentSizes: [64, 128],
        training: { epochs: 50, batchSize: 512, targets: 'computed' },
        lossNetworks: [{ name: 'alexnet' }],
        datasets: [{ name: 'lunar-lander', options: { rollouts: 700 } }],
      }),
    ).toEqual([
      'seeds: 3, 4',
      'latent sizes on lunar-lander: 64, 64, 128',
      'rollouts of lunar-lander: 20, 700',
      'epochs: 10, 50',
      'batch size: 64, 512',
      'features of the loss network: cached, computed',
      'loss network: distilled-alexnet, alexnet',
    ]);
  });

  it('names options that only the profile of the runs sets', () => {
    const quick = { ...asHere, evaluators: [{ name: 'mlp', options: { epochs: 10 } }] };
    const own = runs.map((run) => ({
      ...run,
      settings: {
        ...run.settings,
        evaluators: [{ name: 'mlp', version: '1', options: { epochs: 10 } }],
      },
    }));
    expect(differences({}, own, quick)).toEqual(['epochs of evaluator mlp: 10, the default']);
  });

  it('compares parts of data sets, and says of those that the paper does not have', () => {
    const [run] = runs as [RunResult];
    const subset = { size: 100, seed: 0, splits: ['train'] };
    const part = { ...run, settings: { ...run.settings, dataset: { ...run.settings.dataset, subset } } };
    const other = { ...run, dataset: { ...run.dataset, name: 'mnist' } };
    expect(differences({ seeds: 1 }, [part, other])).toEqual([
      'images of lunar-lander: at most 100 of a split, all',
      'data set: mnist, lunar-lander',
    ]);
  });
});
