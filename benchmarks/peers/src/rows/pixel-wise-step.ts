import { autoencoderStep } from './autoencoder-step.ts';

const method = 'I-I-PW';

/** The image autoencoder with the pixel-wise loss: both builds of the kernels, and larger batches. */
export const pixelWiseSteps = [
  autoencoderStep({ id: 'pixel-wise-step', method, bar: { relation: '<=', value: 1.1, goal: 0.95 } }),
  autoencoderStep({
    id: 'pixel-wise-step-plain',
    method,
    simd: 'plain',
    bar: { relation: '<=', value: 1.4 },
  }),
  ...[128, 512].map((batchSize) =>
    autoencoderStep({
      id: `pixel-wise-step-${batchSize}`,
      method,
      batchSize,
      bar: { relation: '<=', value: 1.15 },
    }),
  ),
] as const;
