import {
  defineEvaluator,
  throwIfAborted,
  type EmbeddingSet,
  type EvaluatorContext,
  type EvaluatorResult,
} from '@paretrain/core';
import { z } from 'zod';
import { fitLeastSquares } from './linear/least-squares.ts';
import { fitLogisticRegression } from './linear/logistic-regression.ts';
import { SCORE_METRICS, assertProbeData, baseline, score } from './scores.ts';

const options = z.strictObject({
  /** Inverse strength of the L2 penalty for classes, as scikit-learn's `C`; positions have none. */
  C: z.number().positive().default(1),
  /** For classes: largest component of the gradient at which the solver stops. */
  tolerance: z.number().positive().default(1e-6),
  maxIterations: z.number().int().positive().default(1000),
});
export type LinearOptions = z.infer<typeof options>;

/**
 * The best linear readout of frozen embeddings, solved rather than trained: least squares for positions (metric `distance`, in
 * the target's unit), multinomial logistic regression for classes (metric `accuracy`). It uses all of the training split.
 */
export const linear = defineEvaluator<LinearOptions>({
  name: 'linear',
  version: '1.0.0',
  description:
    'Least squares for positions, multinomial logistic regression for classes, on frozen embeddings',
  source: "As scikit-learn's LinearRegression and LogisticRegression (L2, C = 1)",
  options,
  metrics: SCORE_METRICS,
  applies: (method) => method.encode !== undefined,
  evaluate,
});

async function evaluate(context: EvaluatorContext<LinearOptions>): Promise<EvaluatorResult> {
  const { target } = context.dataset;
  const train = await context.embeddings('train');
  const test = await context.embeddings('test');
  assertProbeData('linear', context.dataset, train, test);
  const started = performance.now();
  const { outputs, ...solver } = await solve(context, train, test);
  context.onProgress?.(1);
  return {
    metrics: score(target, outputs, test.targets),
    details: {
      ...solver,
      baseline: baseline(target, train.targets, test.targets),
      seconds: (performance.now() - started) / 1000,
    },
  };
}

async function solve(
  { dataset: { target }, options: { C: c, ...limits }, signal }: EvaluatorContext<LinearOptions>,
  train: EmbeddingSet,
  test: EmbeddingSet,
): Promise<{ outputs: Float64Array; rank?: number; iterations?: number; converged?: boolean }> {
  const { count, size, values: inputs } = train;
  const breathe = async (): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, 0));
    throwIfAborted(signal);
  };
  if (target.kind === 'position') {
    const outputSize = target.names.length;
    const data = { count, size, outputSize, inputs, targets: train.targets };
    const { rank, predict } = await fitLeastSquares(data, breathe);
    return { outputs: predict(test.values, test.count), rank };
  }
  const { iterations, converged, scores } = await fitLogisticRegression(
    { count, size, inputs, labels: train.targets, classes: target.classes.length },
    {
      c,
      ...limits,
      onIteration: breathe,
    },
  );
  return { outputs: scores(test.values, test.count), iterations, converged };
}
