import { z } from 'zod';

/**
 * How a method is trained. The defaults are the reference code's of papers 000-002: an unshuffled 80/20 validation
 * split, the epoch with the lowest validation loss kept, patience max(10, epochs / 20).
 */
export const trainingSettings = z.strictObject({
  epochs: z.number().int().min(0).default(50),
  batchSize: z.number().int().positive().default(512),
  /** Share of the images, the last ones, that validate; 0 keeps the last epoch instead of the best. */
  validationFraction: z.number().min(0).max(0.9).default(0.2),
  /** Epochs without improvement before training stops; null never stops early. */
  patience: z.union([z.number().int().positive(), z.null(), z.literal('paper')]).default('paper'),
  /** Whether the loss network's features of fixed images are computed at every step (as the papers' times) or once. */
  targets: z.enum(['computed', 'cached']).default('cached'),
  /** Most bytes that cached features may take; past it they are computed. */
  cacheBytes: z
    .number()
    .int()
    .min(0)
    .default(2 * 2 ** 30),
});
export type TrainingSettings = z.infer<typeof trainingSettings>;

/** The patience in epochs, or Infinity. */
export function patienceOf(settings: TrainingSettings): number {
  if (settings.patience === null) return Infinity;
  if (settings.patience === 'paper') return Math.max(10, Math.floor(settings.epochs / 20));
  return settings.patience;
}
