import { autoencoderStep } from './autoencoder-step.ts';

const method = 'I-F-FP';

/** The autoencoder that predicts the loss network's features; most of its step is the Adam update of 20 million weights. */
export const featurePredictionSteps = [
  autoencoderStep({
    id: 'feature-prediction-step-computed',
    method,
    targets: 'computed',
    bar: { relation: '<=', value: 0.85, goal: 0.6 },
  }),
  autoencoderStep({
    id: 'feature-prediction-step-cached',
    method,
    targets: 'cached',
    bar: { relation: '<=', value: 0.75, goal: 0.6 },
  }),
] as const;
