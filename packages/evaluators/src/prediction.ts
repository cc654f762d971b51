import {
  ConfigurationError,
  DataError,
  ShapeError,
  defineEvaluator,
  throwIfAborted,
  type EvaluatorContext,
  type EvaluatorResult,
} from '@paretrain/core';
import { z } from 'zod';
import { assertFiniteRows } from './embed.ts';
import { forEachImageBatch, outputsOf } from './image-batches.ts';
import { SCORE_METRICS, assertTargets, outputSize, score } from './scores.ts';

const options = z.strictObject({
  /** Images predicted at a time; does not change the result. */
  batchSize: z.number().int().positive().default(256),
});
export type PredictionOptions = z.infer<typeof options>;

/** How well a supervised method predicts the test split itself, without a probe: `accuracy` or mean `distance`. */
export const prediction = defineEvaluator<PredictionOptions>({
  name: 'prediction',
  version: '1.0.0',
  description: "A supervised method's own predictions on the test split",
  options,
  metrics: SCORE_METRICS,
  applies: (method) => method.predict !== undefined,
  evaluate,
});

async function evaluate(context: EvaluatorContext<PredictionOptions>): Promise<EvaluatorResult> {
  const { method } = context;
  const { target } = context.dataset;
  if (!method.predict) {
    throw new ConfigurationError(
      'prediction: received a method without predict(), valid: a supervised method',
    );
  }
  const source = await context.images('test');
  if (source.count === 0) {
    throw new DataError('prediction: received an empty test split, valid: at least one image');
  }
  const size = outputSize(target);
  const outputs = new Float32Array(source.count * size);
  const targets = new Float32Array(source.count * source.targetSize);
  await forEachImageBatch(source, context.options.batchSize, async (images, batch, first) => {
    throwIfAborted(context.signal);
    const { data, shape } = await outputsOf(() => method.predict!(images));
    const rows = images.shape[0];
    if (shape.length !== 2 || shape[0] !== rows || shape[1] !== size) {
      throw new ShapeError('prediction: output of predict()', shape, `[${rows}, ${size}]`);
    }
    assertFiniteRows(data, size, first, 'prediction');
    outputs.set(data, first * size);
    targets.set(batch.targets, first * source.targetSize);
    context.onProgress?.((first + rows) / source.count);
  });
  assertTargets('prediction: test split', target, targets, source.count);
  return { metrics: score(target, outputs, targets) };
}
