import {
  NonFiniteError,
  Rng,
  defineEvaluator,
  type EvaluatorContext,
  type EvaluatorResult,
} from '@paretrain/core';
import { z } from 'zod';
import { MlpTrainer, type MlpFit } from './mlp/mlp-trainer.ts';
import {
  SCORE_METRICS,
  assertProbeData,
  baseline,
  fromProbe,
  outputSize,
  probeTargets,
  score,
} from './scores.ts';

/** Hidden layers of the seven predictors of paper 000. */
export const PREDICTORS: readonly (readonly number[])[] = [
  [],
  [32],
  [64],
  [32, 32],
  [64, 32],
  [64, 64],
  [128, 128],
];

const options = z.strictObject({
  /** Hidden layer sizes of every predictor that is tried. */
  hidden: z
    .array(z.array(z.number().int().positive()))
    .min(1)
    .default(PREDICTORS.map((sizes) => [...sizes])),
  epochs: z.number().int().min(0).default(500),
  batchSize: z.number().int().positive().default(512),
  /** Epochs without a better validation loss before a predictor stops; 'paper' is max(10, epochs / 20). */
  patience: z.union([z.number().int().positive(), z.literal('paper')]).default('paper'),
  /** Share of the training split, its last images, that validates. */
  validationFraction: z.number().min(0).max(0.9).default(0.2),
  learningRate: z.number().positive().default(1e-3),
});
export type MlpOptions = z.infer<typeof options>;

/** What `details` of the result holds about one predictor. */
export interface PredictorDetails {
  readonly hidden: readonly number[];
  readonly epochs: number;
  readonly bestEpoch: number;
  readonly trainingLoss: number;
  readonly validationLoss: number;
}

/**
 * Multi-layer perceptrons trained on frozen embeddings: leaky ReLU (.01) between layers, linear output, mean squared error on
 * one-hot labels or on (position - offset) / scale, Adam. The predictor with the lowest validation loss is tested; its
 * metric is `accuracy` or, in the target's unit, the mean Euclidean `distance`.
 */
export const mlp = defineEvaluator<MlpOptions>({
  name: 'mlp',
  version: '1.0.0',
  description: 'The best of several multi-layer perceptrons on frozen embeddings, chosen by validation loss',
  source: 'Paper 000 (feature prediction), predictors; Kingma and Ba 2015 for Adam',
  options,
  metrics: { ...SCORE_METRICS, validationLoss: { unit: '1', higherIsBetter: false } },
  applies: (method) => method.encode !== undefined,
  evaluate,
});

async function evaluate(context: EvaluatorContext<MlpOptions>): Promise<EvaluatorResult> {
  const { target } = context.dataset;
  const train = await context.embeddings('train');
  const test = await context.embeddings('test');
  assertProbeData('mlp', context.dataset, train, test);
  const started = performance.now();
  const trainer = await MlpTrainer.create({
    count: train.count,
    inputSize: train.size,
    outputSize: outputSize(target),
    inputs: train.values,
    targets: probeTargets(target, train.targets),
    validationCount: Math.floor(train.count * context.options.validationFraction),
  });
  const { fits, diverged } = await fitAll(trainer, context);
  const best = fits.reduce((a, b) => (b.validationLoss < a.validationLoss ? b : a));
  const outputs = fromProbe(target, trainer.predict(best.parameters, test.values, test.count));
  return {
    metrics: { ...score(target, outputs, test.targets), validationLoss: best.validationLoss },
    details: {
      best: best.hidden,
      predictors: fits.map(describe),
      diverged,
      baseline: baseline(target, train.targets, test.targets),
      seconds: (performance.now() - started) / 1000,
    },
  };
}

/** Fits every predictor; one whose loss leaves the finite numbers is left out unless all do. */
async function fitAll(
  trainer: MlpTrainer,
  context: EvaluatorContext<MlpOptions>,
): Promise<{ fits: MlpFit[]; diverged: string[] }> {
  const { hidden, patience, ...settings } = context.options;
  // A predictor's numbers come from its name and this seed alone, whichever others are trained.
  const seed = context.rng.nextUint32() * 2 ** 21 + (context.rng.nextUint32() >>> 11);
  const fits: MlpFit[] = [];
  const failures: NonFiniteError[] = [];
  for (const [i, sizes] of hidden.entries()) {
    const name = `predictor-${sizes.join('-')}`;
    try {
      const fit = await trainer.fit(
        sizes,
        {
          ...settings,
          patience: patience === 'paper' ? Math.max(10, Math.floor(settings.epochs / 20)) : patience,
        },
        {
          initialisation: Rng.stream(seed, name, 'initialisation'),
          dataOrder: Rng.stream(seed, name, 'data-order'),
        },
        {
          signal: context.signal,
          onEpoch: (epoch) => context.onProgress?.((i + epoch / settings.epochs) / hidden.length),
        },
      );
      fits.push(fit);
    } catch (error) {
      if (!(error instanceof NonFiniteError)) throw error;
      failures.push(error);
    }
  }
  if (fits.length === 0) throw failures[0]!;
  return { fits, diverged: failures.map(({ message }) => message) };
}

function describe(fit: MlpFit): PredictorDetails {
  return {
    hidden: fit.hidden,
    epochs: fit.epochs,
    bestEpoch: fit.bestEpoch,
    trainingLoss: fit.trainingLosses[Math.max(0, fit.bestEpoch - 1)] ?? fit.validationLoss,
    validationLoss: fit.validationLoss,
  };
}
