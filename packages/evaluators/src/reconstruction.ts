import {
  ConfigurationError,
  defineEvaluator,
  type EvaluatorContext,
  type EvaluatorResult,
} from '@paretrain/core';
import { z } from 'zod';
import { PNG_CHANNELS } from './image-pairs.ts';
import { PIXEL_METRICS, pixelError } from './pixel-error.ts';

const options = z.strictObject({
  /** Images reconstructed at a time; does not change the result. */
  batchSize: z.number().int().positive().default(128),
  /** Test images kept with their reconstructions, evenly spread over the split. */
  pairs: z.number().int().min(0).default(6),
});
export type ReconstructionOptions = z.infer<typeof options>;

/**
 * How well a method's decoder gives the test images back: mean squared (`mse`) and mean absolute (`l1`) error of pixels in
 * [0, 1], and a few pairs to look at. Low error is not the same as useful embeddings.
 */
export const reconstruction = defineEvaluator<ReconstructionOptions>({
  name: 'reconstruction',
  version: '1.0.0',
  description: 'Pixel error of reconstructed test images, with example pairs',
  options,
  metrics: PIXEL_METRICS,
  applies: (method, { image }) => method.reconstruct !== undefined && PNG_CHANNELS.includes(image.channels),
  evaluate,
});

async function evaluate(context: EvaluatorContext<ReconstructionOptions>): Promise<EvaluatorResult> {
  const { method, options, signal, onProgress } = context;
  if (!method.reconstruct) {
    throw new ConfigurationError(
      'reconstruction: received a method without reconstruct(), valid: a method with an image decoder',
    );
  }
  const { mse, l1, pairs } = await pixelError(
    await context.images('test'),
    (images) => method.reconstruct!(images),
    { who: 'reconstruction', ...options, signal, onProgress },
  );
  return { metrics: { mse, l1 }, details: { pairs } };
}
