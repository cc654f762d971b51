import { autoencoderStep } from './autoencoder-step.ts';

const method = 'I-I-PS';

/** The image autoencoder whose loss compares the loss network's features. */
export const perceptualSimilaritySteps = [
  autoencoderStep({
    id: 'perceptual-similarity-step-computed',
    method,
    targets: 'computed',
    bar: { relation: '<=', value: 1.25, goal: 1 },
  }),
  autoencoderStep({
    id: 'perceptual-similarity-step-cached',
    method,
    targets: 'cached',
    bar: { relation: '<=', value: 1.2, goal: 1 },
  }),
] as const;
