import type { TrainingSettings } from '@paretrain/core';

/** What the suites on paper 002 share. */
export const PAPER_002 = {
  id: '002',
  title:
    "Improving Auto-Encoders' self-supervised image classification using pseudo-labelling via data augmentation and the perceptual loss",
} as const;

/** Its training: batch 100 and no validation set, so the last epoch is the one that counts. */
export function trainingOf002(epochs: number): Partial<TrainingSettings> {
  return { epochs, batchSize: 100, validationFraction: 0, patience: null };
}
