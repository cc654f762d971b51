import { defineLossNetwork } from '@paretrain/core';
import { z } from 'zod';
import { alexnetLossNetwork } from './alexnet-loss-network.ts';
import { readAlexnetWeights } from './alexnet-weights.ts';
import { decodeEmbedded } from './embedded-weights.ts';

const NAME = 'paretrain';

const options = z.strictObject({
  /** Whether a sigmoid follows the second ReLU, as in papers 000 and 001. */
  sigmoid: z.boolean().default(true),
});
export type ParetrainOptions = z.infer<typeof options>;

/** The project's own loss network, part of the package: nothing is downloaded. How it was made: `weights/MODEL_CARD.md`. */
export const paretrain = defineLossNetwork<ParetrainOptions>({
  name: NAME,
  version: '1.0.0',
  description: "AlexNet's first five modules, distilled without labels from CaffeNet; part of the package",
  source: 'weights/MODEL_CARD.md of @paretrain/loss-networks',
  options,
  card: {
    architecture: 'AlexNet (64/192 filters) through the second ReLU, then a sigmoid; 330,688 weights',
    trainedOn: [
      // The teacher's training set: its labels shaped the activations that the student imitates.
      { dataset: 'imagenet-1k', split: 'train', labels: true },
      { dataset: 'cifar-10', split: 'pretrain', labels: false },
      { dataset: 'stl-10', split: 'pretrain', labels: false },
      { dataset: 'stl-10', split: 'train', labels: false },
    ],
    licence: 'MIT; its teacher, the BVLC reference CaffeNet, is released for unrestricted use',
  },
  async load({ options: { sigmoid } }) {
    const { weights } = await import('./generated/paretrain-weights.ts');
    const bytes = decodeEmbedded(NAME, weights);
    return alexnetLossNetwork({
      name: NAME,
      weights: readAlexnetWeights(NAME, bytes),
      weightsChecksum: weights.sha256,
      sigmoid,
    });
  },
});
