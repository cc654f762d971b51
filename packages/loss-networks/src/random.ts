import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { Rng, defineLossNetwork } from '@paretrain/core';
import { z } from 'zod';
import { alexnetLossNetwork } from './alexnet-loss-network.ts';
import { randomAlexnetWeights } from './alexnet-weights.ts';

const NAME = 'random';

const options = z.strictObject({
  /** Decides the weights. */
  seed: z.number().int().min(0).default(0),
  /** Whether a sigmoid follows the second ReLU, as in papers 000 and 001. */
  sigmoid: z.boolean().default(true),
});
export type RandomOptions = z.infer<typeof options>;

/** The control: the same architecture, never trained. */
export const random = defineLossNetwork<RandomOptions>({
  name: NAME,
  version: '1.0.0',
  description: "Control: AlexNet's first five modules with untrained weights, PyTorch's initialisation",
  source: "PyTorch's Conv2d: weights and biases uniform in [-1, 1] / sqrt(fan-in)",
  options,
  card: {
    architecture: 'AlexNet (64/192 filters) through the second ReLU, then a sigmoid; 330,688 weights',
    trainedOn: [],
    licence: 'MIT',
  },
  async load({ options: { seed, sigmoid } }) {
    return alexnetLossNetwork({
      name: NAME,
      weights: randomAlexnetWeights(Rng.stream(seed, 'loss-network', NAME)),
      weightsChecksum: bytesToHex(sha256(utf8ToBytes(`alexnet-features/random/1.0.0/${seed}`))),
      sigmoid,
    });
  },
});
