import { compare } from '../measure/compare.ts';
import { ownWorker, torchWorker, type Simd } from '../measure/workers.ts';
import type { Bar, Row } from '../row.ts';

export interface AutoencoderStep {
  readonly id: string;
  readonly method: 'I-I-PW' | 'I-I-PS' | 'I-F-FP';
  readonly batchSize?: number;
  /** Whether the loss network's features of the images are computed in every step or once before, on both sides. */
  readonly targets?: 'computed' | 'cached';
  readonly simd?: Simd;
  readonly bar: Bar;
}

/** A training step of an autoencoder (64x64 images, latent size 64, batch norm, Adam) against the same step in PyTorch. */
export function autoencoderStep(step: AutoencoderStep): Row {
  const { id, method, batchSize = 32, targets, simd = 'relaxed', bar } = step;
  const args = [method, batchSize, targets ?? 'computed'];
  return {
    id,
    title: [`${method} step, batch ${batchSize}`, targets && `targets ${targets}`, `${simd} SIMD`]
      .filter(Boolean)
      .join(', '),
    bar,
    measure: ({ rounds, python }) =>
      compare({
        ours: ownWorker('autoencoder-step', args, simd),
        rival: torchWorker(python(), 'autoencoder_step', args),
        rivalName: 'PyTorch',
        rounds,
        // A step of 32 images takes some 0.2 s. Three at least: the first after the other side's turn finds its caches cold.
        steps: Math.max(3, Math.round(160 / batchSize)),
        warmUp: batchSize > 64 ? 3 : 6,
      }),
  };
}
