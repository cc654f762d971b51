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
import { SCORE_METRICS, assertProbeData, baseline, outputSize, probeTargets, score } from './scores.ts';

const options = z.strictObject({
  /**
   * How classes are told apart: 'logistic' regression, or 'least-squares' on one-hot labels, the highest output counting. Left out it
   * is 'logistic'; it has no default of its own so that the ids of runs stored before it was there stay as they are.
   */
  solver: z.enum(['logistic', 'least-squares']).optional(),
  /** Inverse strength of logistic regression's L2 penalty, as scikit-learn's `C`; least squares has none. */
  C: z.number().positive().default(1),
  /** For logistic regression: largest component of the gradient at which the solver stops. */
  tolerance: z.number().positive().default(1e-6),
  maxIterations: z.number().int().positive().default(1000),
});
export type LinearOptions = z.infer<typeof options>;

/**
 * The best linear readout of frozen embeddings, solved rather than trained: least squares for positions (metric `distance`, in
 * the target's unit), multinomial logistic regression or, as in paper 001, least squares for classes (metric `accuracy`). It
 * uses all of the training split.
 */
export const linear = defineEvaluator<LinearOptions>({
  name: 'linear',
  version: '1.0.0',
  description:
    'Least squares for positions, logistic regression or least squares for classes, on frozen embeddings',
  source:
    "As scikit-learn's LinearRegression and LogisticRegression (L2, C = 1); paper 001 (perceptual embeddings), linear regressors",
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
  { dataset: { target }, options: { solver, C: c, ...limits }, signal }: EvaluatorContext<LinearOptions>,
  train: EmbeddingSet,
  test: EmbeddingSet,
): Promise<{ outputs: Float64Array; rank?: number; iterations?: number; converged?: boolean }> {
  const { count, size, values: inputs } = train;
  const breathe = async (): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, 0));
    throwIfAborted(signal);
  };
  if (target.kind === 'position' || solver === 'least-squares') {
    // Positions as they are: least squares gives the same in any unit.
    const targets = target.kind === 'position' ? train.targets : probeTargets(target, train.targets);
    const data = { count, size, outputSize: outputSize(target), inputs, targets };
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
