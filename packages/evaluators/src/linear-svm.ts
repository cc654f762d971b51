import {
  ConfigurationError,
  defineEvaluator,
  throwIfAborted,
  type EvaluatorContext,
  type EvaluatorResult,
} from '@paretrain/core';
import { z } from 'zod';
import { fitLinearSvm } from './linear/linear-svm.ts';
import { SCORE_METRICS, assertProbeData, baseline, score } from './scores.ts';

const options = z.strictObject({
  /** Weight of the training rows' losses against the penalty, as scikit-learn's `C`. */
  C: z.number().positive().default(1),
  /**
   * A class is solved when its weights are proven to be within tolerance * sqrt(2 f) of the optimum, f the objective. Below
   * 1e-8 rounding would decide.
   */
  tolerance: z.number().min(1e-8).default(1e-4),
  /** Newton steps for every class; ten to twenty do, some sixty with 'hinge'. */
  maxIterations: z.number().int().positive().default(1000),
  /** Of a row's margin m: max(0, 1 - m)^2 or max(0, 1 - m). */
  loss: z.enum(['squared-hinge', 'hinge']).default('squared-hinge'),
  /** Bring every number to mean 0 and standard deviation 1 first, by the training split; LIBLINEAR does not. */
  standardise: z.boolean().default(false),
});
export type LinearSvmOptions = z.infer<typeof options>;

/**
 * The linear support vector machine of LIBLINEAR on frozen embeddings: each class against the rest, L2 penalty also on the
 * intercept, solved to convergence on all of the training split. Metric `accuracy`; classes only. Paper 002 (pseudo-labelling)
 * evaluates so: on encodings of the training images without augmentation, tested on the test split.
 */
export const linearSvm = defineEvaluator<LinearSvmOptions>({
  name: 'linear-svm',
  version: '1.0.0',
  description: 'Linear support vector machine on frozen embeddings, as LIBLINEAR solves it',
  source:
    "Paper 002 (pseudo-labelling), evaluation; Fan et al. 2008 (LIBLINEAR), as scikit-learn's LinearSVC (C = 1)",
  options,
  metrics: { accuracy: SCORE_METRICS.accuracy },
  applies: (method, { target }) => method.encode !== undefined && target.kind === 'class',
  evaluate,
});

async function evaluate(context: EvaluatorContext<LinearSvmOptions>): Promise<EvaluatorResult> {
  const { target } = context.dataset;
  if (target.kind !== 'class') {
    throw new ConfigurationError(
      `linear-svm: received a data set whose target is a ${target.kind}, valid: class; use the evaluator linear`,
    );
  }
  const train = await context.embeddings('train');
  const test = await context.embeddings('test');
  assertProbeData('linear-svm', context.dataset, train, test);
  throwIfAborted(context.signal);
  const started = performance.now();
  const { C: c, ...settings } = context.options;
  const model = await fitLinearSvm(
    {
      count: train.count,
      size: train.size,
      inputs: train.values,
      labels: train.targets,
      classes: target.classes.length,
    },
    {
      ...settings,
      c,
      onProgress: context.onProgress,
      onIteration: async () => {
        await new Promise((resolve) => setTimeout(resolve, 0));
        throwIfAborted(context.signal);
      },
    },
  );
  context.onProgress?.(1);
  return {
    metrics: score(target, model.scores(test.values, test.count), test.targets),
    details: {
      iterations: model.iterations,
      converged: model.converged,
      baseline: baseline(target, train.targets, test.targets),
      seconds: (performance.now() - started) / 1000,
    },
  };
}
