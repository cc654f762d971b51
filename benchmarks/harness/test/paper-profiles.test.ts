import { parseOptions, type Evaluator, type Suite } from '@paretrain/core';
import { PREDICTORS, PREDICTOR_GRID, mlp, retrainedDecoder, tSne } from '@paretrain/evaluators';
import { featurePrediction, perceptualEmbeddings, pseudoLabelling } from '@paretrain/suites';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeSandbox, type Sandbox } from './support/paretrain.ts';

/*
 * The `paper` profiles are the published settings: as many runs, epochs and sizes as the papers state. No data, no weights and no
 * training step are needed to plan them.
 */

interface PlannedRun {
  readonly dataset: string;
  readonly datasetOptions: Record<string, unknown>;
  readonly transforms: readonly { readonly name: string }[];
  readonly subset: unknown;
  readonly method: string;
  readonly variant: string | null;
  readonly reference: boolean;
  readonly latentSize: number;
  readonly seed: number;
  readonly training: Record<string, unknown>;
  readonly lossNetwork: string | null;
  readonly lossNetworkOptions: Record<string, unknown> | null;
  readonly augmentation: string | null;
  readonly augmentationOptions: {
    readonly sequences: readonly { readonly name: string; readonly options: object }[][];
    readonly tiles: object;
  } | null;
  readonly everyEpoch: readonly string[];
}

let sandbox: Sandbox;
beforeAll(async () => (sandbox = await makeSandbox()));
afterAll(() => sandbox.remove());

async function paperRuns(suite: string): Promise<PlannedRun[]> {
  const args = [
    'bench',
    suite,
    '--profile=paper',
    '--dry-run',
    '--no-measure',
    '--json',
    `--out=${sandbox.results}`,
  ];
  const { code, stdout, stderr } = await sandbox.run(args);
  expect(code, stderr).toBe(0);
  const { runs, estimate } = JSON.parse(stdout);
  expect(estimate.seconds).toBeGreaterThan(86_400);
  return (runs as PlannedRun[]).filter(({ reference }) => !reference);
}

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];

/** Latent sizes by data set. */
function sizes(runs: readonly PlannedRun[]): Record<string, number[]> {
  return Object.fromEntries(
    unique(runs.map(({ dataset }) => dataset)).map((name) => [
      name,
      unique(runs.filter(({ dataset }) => dataset === name).map(({ latentSize }) => latentSize)),
    ]),
  );
}

/** Options of an evaluator in a suite's paper profile, defaults filled in. */
function evaluatorOptions<Options extends object>(suite: Suite, evaluator: Evaluator<Options>): Options {
  const choice = suite.profiles.paper.evaluators.find(({ name }) => name === evaluator.name)!;
  return parseOptions(evaluator, choice.options ?? {});
}

const ALEXNET = {
  name: 'alexnet',
  options: { layer: 'relu2', normalise: false, sigmoid: true, padTo: null },
};

describe('the paper profiles', { timeout: 180_000 }, () => {
  it('feature-prediction: seven methods, three data sets, three sizes, four repetitions, 50 epochs', async () => {
    const runs = await paperRuns('feature-prediction');
    expect(runs).toHaveLength(7 * 3 * 3 * 4);
    expect(sizes(runs)).toEqual({
      'lunar-lander': [64, 128, 256],
      'stl-10': [64, 128, 256],
      svhn: [64, 128, 256],
    });
    expect(unique(runs.map(({ method }) => method))).toEqual(
      'I-I-PW I-I-PS F-I-PW F-I-PS I-F-FP F-F-FP simple-cnn'.split(' '),
    );
    for (const run of runs) {
      expect(run.training).toMatchObject({
        epochs: 50,
        batchSize: 512,
        validationFraction: 0.2,
        patience: 'paper',
        targets: 'computed',
      });
      expect(run.subset).toBeNull();
      if (run.lossNetwork) {
        expect([run.lossNetwork, run.lossNetworkOptions]).toEqual([ALEXNET.name, ALEXNET.options]);
      }
      if (run.dataset === 'svhn') {
        expect(run.datasetOptions).toEqual({ extra: true });
        expect(run.transforms).toMatchObject([{ name: 'tile', options: { rows: 2, columns: 2 } }]);
      }
      if (run.dataset === 'lunar-lander') {
        // The code's bicubic, OpenCV's.
        expect(run.datasetOptions).toMatchObject({
          rollouts: 700,
          steps: 150,
          imageSize: 64,
          frames: {},
          resampling: 'interpolated',
        });
      }
    }
    expect(evaluatorOptions(featurePrediction, mlp)).toMatchObject({
      hidden: [[], [32], [64], [32, 32], [64, 32], [64, 64], [128, 128]],
      epochs: 500,
      batchSize: 512,
    });
    expect(PREDICTORS).toHaveLength(7);
  });

  it('perceptual-embeddings: four methods, sizes by data set, 50 epochs', async () => {
    const runs = await paperRuns('perceptual-embeddings');
    expect(sizes(runs)).toEqual({
      'lunar-lander': [32, 64, 128, 256],
      'stl-10': [64, 128, 256, 512],
      svhn: [32, 64, 128],
    });
    expect(unique(runs.map(({ method }) => method))).toEqual(['I-I-PW', 'VAE', 'I-I-PS', 'P.VAE']);
    expect(runs).toHaveLength(4 * (4 + 4 + 3) * 3);
    for (const { training, dataset, datasetOptions } of runs) {
      expect(training).toMatchObject({ epochs: 50, batchSize: 512, validationFraction: 0.2 });
      if (dataset !== 'lunar-lander') continue;
      expect(datasetOptions['rollouts']).toEqual({ pretrain: 700, train: 560, test: 140 });
      expect(datasetOptions['resampling']).toBe('interpolated');
    }
    const predictors = evaluatorOptions(perceptualEmbeddings, mlp);
    expect(predictors).toMatchObject({ epochs: 500, batchSize: 512 });
    expect(predictors.activations).toEqual(PREDICTOR_GRID.activations);
    expect(predictors.outputs).toEqual(PREDICTOR_GRID.outputs);
    // Nine times two times two are the 36.
    expect(predictors.hidden).toHaveLength(9);
    expect(new Set(predictors.hidden.map(String))).toEqual(new Set(PREDICTOR_GRID.hidden.map(String)));
    expect(evaluatorOptions(perceptualEmbeddings, retrainedDecoder)).toMatchObject({
      epochs: 50,
      batchSize: 512,
    });
  });

  it('pseudo-labelling: five methods, three data sets, three sizes, 90 epochs of batch 100', async () => {
    const runs = await paperRuns('pseudo-labelling');
    const three = [250, 300, 350];
    expect(sizes(runs)).toEqual({ mnist: three, 'cifar-10': three, svhn: three });
    expect(unique(runs.map(({ method }) => method))).toEqual(
      'I-I-PW I-I-PS SDA-AE PL-AE supervised-cnn'.split(' '),
    );
    expect(runs).toHaveLength(5 * 3 * 3 * 3);
    for (const run of runs) {
      expect(run.training).toMatchObject({
        epochs: 90,
        batchSize: 100,
        validationFraction: 0,
        patience: null,
      });
      expect(run.everyEpoch).toContain('linear-svm');
      expect(run.datasetOptions['extra'] ?? false).toBe(false);
      if (run.lossNetwork) {
        expect(run.lossNetwork).toBe('alexnet');
        expect(run.lossNetworkOptions).toMatchObject({ layer: 'relu2', sigmoid: false, padTo: 224 });
      }
      const augments = ['SDA-AE', 'PL-AE', 'supervised-cnn'].includes(run.method);
      expect(run.augmentation).toBe(augments ? 'policy' : null);
      // The paper samples from all five on MNIST, from ten on the others.
      if (augments) {
        expect(run.augmentationOptions!.sequences).toHaveLength(run.dataset === 'mnist' ? 5 : 10);
        expect(run.augmentationOptions!.tiles).toEqual({ rows: 2, columns: 2 });
      }
    }
    expect(evaluatorOptions(pseudoLabelling, tSne)).toMatchObject({ perplexity: 30, iterations: 1000 });
  });

  it('augmentation-pairs: 15, 45 and 28 cells, 30 epochs, with the parameters of Appendix A', async () => {
    const runs = await paperRuns('augmentation-pairs');
    const cells = (name: string) =>
      unique(
        runs.filter(({ dataset, variant }) => dataset === name && variant).map(({ variant }) => variant),
      );
    expect(['mnist', 'cifar-10', 'svhn'].map((name) => cells(name).length)).toEqual([15, 45, 28]);
    expect(cells('svhn').filter((variant) => variant!.includes('flip'))).toEqual([]);
    expect(runs).toHaveLength((15 + 45 + 28 + 3) * 3);
    for (const { training } of runs) expect(training).toMatchObject({ epochs: 30, batchSize: 100 });
    const only = (variant: string) =>
      runs.find((run) => run.variant === variant)!.augmentationOptions!.sequences[0]![0]!.options;
    expect(only('rotation')).toMatchObject({ degrees: 45 });
    expect(only('affine')).toMatchObject({ degrees: 45, scale: [0.5, 1.5] });
    expect(only('crop')).toMatchObject({ size: 20 });
    expect(only('cutout')).toMatchObject({ size: 10 });
    expect(only('colour-jitter')).toEqual({ brightness: 0.8, contrast: 0.8, saturation: 0.8, hue: 0.2 });
  });
});
