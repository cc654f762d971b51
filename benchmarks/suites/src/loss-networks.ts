/*
 * Loss networks compared: what an image autoencoder with the perceptual-similarity loss (P-AE of paper 002, I-I-PS here) learns with
 * the network that is part of this project, with CaffeNet and with untrained weights, beside the autoencoder without any loss
 * network. Settings as in paper 002: images tiled to 64x64, embedding size 300, batch 100, a linear readout, no validation set.
 *
 *   pnpm bench loss-networks [--profile smoke | quick | reduced | paper] --data-dir DIR
 *
 * DIR holds cifar-10-batches-bin/, mnist/ and weights/caffenet_conv12.safetensors. Expected time on 2 cores: see `expected` of
 * each profile. Expected on CIFAR-10: CaffeNet and the project's own network side by side, untrained weights behind
 * them, no loss network last. `paper` adds torchvision's AlexNet, the papers' own loss network.
 */
import {
  SPLITS,
  defineSuite,
  type DatasetChoice,
  type Headline,
  type MethodChoice,
  type PluginChoice,
} from '@paretrain/core';
import { z } from 'zod';
import { PAPER_002, trainingOf002 } from './paper-002.ts';

const READOUT: Headline = { position: 'linear.distance', class: 'linear.accuracy' };

const METHODS: readonly MethodChoice[] = [
  { name: 'I-I-PS' },
  { name: 'I-I-PW' },
  { name: 'untrained', reference: true },
];

/** Each as it is by default. */
const LOSS_NETWORKS: readonly PluginChoice[] = [
  { name: 'paretrain' },
  { name: 'caffenet' },
  { name: 'random' },
];

/** Test images are all there are. */
const datasets = (images: number): DatasetChoice[] =>
  ['cifar-10', 'mnist'].map((name) => ({ name, subset: images }));

const COMMON = {
  methods: METHODS,
  latentSizes: [300],
  evaluators: [{ name: 'linear' }],
  headline: READOUT,
};

export const lossNetworks = defineSuite({
  name: 'loss-networks',
  version: '1.0.0',
  title: 'Loss networks compared',
  description:
    'One perceptual autoencoder with several loss networks: accuracy of its embeddings against the cost of an epoch',
  source: "paper 002's P-AE; the comparison is this project's",
  options: z.strictObject({}),
  paper: PAPER_002,
  profiles: {
    smoke: {
      ...COMMON,
      datasets: [{ name: 'cifar-10', subset: { size: 100, splits: [...SPLITS] } }],
      lossNetworks: LOSS_NETWORKS,
      seeds: 1,
      training: { ...trainingOf002(1), batchSize: 20 },
      expected: { seconds: 40, cores: 2 },
    },
    quick: {
      ...COMMON,
      datasets: datasets(2000),
      lossNetworks: LOSS_NETWORKS,
      seeds: 3,
      training: trainingOf002(4),
      cost: { targets: 'computed', rounds: 6, stepsPerRound: 1 },
      expected: { seconds: 900, cores: 2 },
    },
    reduced: {
      ...COMMON,
      datasets: datasets(5000),
      lossNetworks: LOSS_NETWORKS,
      seeds: 3,
      training: trainingOf002(5),
      cost: { targets: 'computed', rounds: 6, stepsPerRound: 1 },
      expected: { seconds: 5400, cores: 2 },
    },
    paper: {
      ...COMMON,
      datasets: [{ name: 'cifar-10' }, { name: 'mnist' }],
      lossNetworks: [...LOSS_NETWORKS, { name: 'alexnet' }],
      seeds: 3,
      training: trainingOf002(90),
      cost: { targets: 'computed', rounds: 6, stepsPerRound: 1 },
      expected: { seconds: 12 * 86_400, cores: 2 },
    },
  },
  published: [],
  claims: [],
});
