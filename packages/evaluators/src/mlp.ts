import {
  NonFiniteError,
  Rng,
  defineEvaluator,
  type EvaluatorContext,
  type EvaluatorResult,
} from '@paretrain/core';
import { z } from 'zod';
import {
  ACTIVATIONS,
  LEAKY_LINEAR,
  OUTPUTS,
  functionsSuffix,
  type Activation,
  type MlpFunctions,
  type Output,
} from './mlp/functions.ts';
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

/** Options for the 36 predictors of paper 001: one or two hidden layers, the second not larger than the first. */
export const PREDICTOR_GRID: Readonly<Required<Pick<MlpOptions, 'hidden' | 'activations' | 'outputs'>>> = {
  hidden: [[32], [64], [128], [32, 32], [64, 32], [64, 64], [128, 32], [128, 64], [128, 128]],
  activations: ['relu', 'sigmoid'],
  outputs: ['linear', 'softmax'],
};

const options = z.strictObject({
  /** Hidden layer sizes of every predictor that is tried. */
  hidden: z
    .array(z.array(z.number().int().positive()))
    .min(1)
    .default(PREDICTORS.map((sizes) => [...sizes])),
  /**
   * Activations that each of `hidden` is tried with; left out: leaky ReLU of slope .01. This and `outputs` have no default of their own
   * so that the ids of runs stored before they were there stay as they are.
   */
  activations: z.array(z.enum(ACTIVATIONS)).min(1).optional(),
  /** Outputs that each of those is tried with; left out: linear. */
  outputs: z.array(z.enum(OUTPUTS)).min(1).optional(),
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
  readonly activation: Activation;
  readonly output: Output;
  readonly epochs: number;
  readonly bestEpoch: number;
  readonly trainingLoss: number;
  readonly validationLoss: number;
}

/**
 * Multi-layer perceptrons trained on frozen embeddings: by default leaky ReLU (.01) between layers and a linear output; mean squared
 * error on one-hot labels or on (position - offset) / scale, also of a softmax output, Adam. The predictor with the lowest validation loss is tested; its
 * metric is `accuracy` or, in the target's unit, the mean Euclidean `distance`.
 */
export const mlp = defineEvaluator<MlpOptions>({
  name: 'mlp',
  version: '1.0.0',
  description: 'The best of several multi-layer perceptrons on frozen embeddings, chosen by validation loss',
  source:
    'Papers 000 (feature prediction) and 001 (perceptual embeddings), predictors; Kingma and Ba 2015 for Adam',
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
  const predicted = trainer.predict(best.parameters, test.values, test.count, best.functions);
  const outputs = fromProbe(target, predicted);
  return {
    metrics: { ...score(target, outputs, test.targets), validationLoss: best.validationLoss },
    details: {
      best: best.hidden,
      ...best.functions,
      predictors: fits.map(describe),
      diverged,
      baseline: baseline(target, train.targets, test.targets),
      seconds: (performance.now() - started) / 1000,
    },
  };
}

interface Predictor {
  readonly hidden: readonly number[];
  readonly functions: MlpFunctions;
}

/** Every combination that the options name. Without hidden layers there is nothing to activate: the first activation stands for all. */
function predictorsOf({ hidden, activations, outputs }: MlpOptions): Predictor[] {
  const every = activations ?? [LEAKY_LINEAR.activation];
  return hidden.flatMap((sizes) =>
    (sizes.length > 0 ? every : every.slice(0, 1)).flatMap((activation) =>
      (outputs ?? [LEAKY_LINEAR.output]).map((output) => ({
        hidden: sizes,
        functions: { activation, output },
      })),
    ),
  );
}

/** Fits every predictor; one whose loss leaves the finite numbers is left out unless all do. */
async function fitAll(
  trainer: MlpTrainer,
  context: EvaluatorContext<MlpOptions>,
): Promise<{ fits: MlpFit[]; diverged: string[] }> {
  const { epochs, batchSize, learningRate, patience } = context.options;
  const predictors = predictorsOf(context.options);
  // A predictor's numbers come from its name and this seed alone, whichever others are trained.
  const seed = context.rng.nextUint32() * 2 ** 21 + (context.rng.nextUint32() >>> 11);
  const fits: MlpFit[] = [];
  const failures: NonFiniteError[] = [];
  for (const [i, { hidden, functions }] of predictors.entries()) {
    const name = `predictor-${hidden.join('-')}${functionsSuffix(functions)}`;
    try {
      const fit = await trainer.fit(
        hidden,
        {
          epochs,
          batchSize,
          learningRate,
          patience: patience === 'paper' ? Math.max(10, Math.floor(epochs / 20)) : patience,
          functions,
        },
        {
          initialisation: Rng.stream(seed, name, 'initialisation'),
          dataOrder: Rng.stream(seed, name, 'data-order'),
        },
        {
          signal: context.signal,
          onEpoch: (epoch) => context.onProgress?.((i + epoch / epochs) / predictors.length),
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
    ...fit.functions,
    epochs: fit.epochs,
    bestEpoch: fit.bestEpoch,
    trainingLoss: fit.trainingLosses[Math.max(0, fit.bestEpoch - 1)] ?? fit.validationLoss,
    validationLoss: fit.validationLoss,
  };
}
