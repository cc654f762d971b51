import {
  ConfigurationError,
  DataError,
  NonFiniteError,
  Rng,
  ShapeError,
  type BuiltMethod,
  type EmbeddingSet,
  type Evaluator,
  type EvaluatorContext,
  type ImageShape,
} from '@paretrain/core';
import {
  evaluatorContext,
  expectNoLeaks,
  memorySource,
  sampleDescription,
  sampleMethod,
  sampleSource,
  type SampleEvaluation,
} from '@paretrain/testing';
import * as tf from '@tensorflow/tfjs';
import { decode } from 'fast-png';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  embed,
  linear,
  mlp,
  PREDICTOR_GRID,
  prediction,
  reconstruction,
  type MlpOptions,
  type PredictorDetails,
  type ReconstructionPair,
} from '../src/index.ts';

beforeAll(() => tf.setBackend('cpu'));

const CLASSES = sampleDescription('class', { height: 4, width: 4, channels: 3 });
const POSITION = sampleDescription('position', { height: 4, width: 4, channels: 3 });
const nothing: BuiltMethod = { networks: {}, constants: {}, updates: [], dispose: () => {} };

/** Embeddings from which the target can be read: a noisy position, or a noisy one-hot label. */
function learnable(kind: 'class' | 'position', count: number, seed: number): EmbeddingSet {
  const rng = Rng.stream(seed, 'embeddings');
  const size = 6;
  const values = new Float32Array(count * size);
  const targets = new Float32Array(kind === 'class' ? count : count * 2);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < size; j++) values[i * size + j] = rng.normal(0, 0.3);
    if (kind === 'class') {
      const label = rng.integer(3);
      targets[i] = label;
      values[i * size + label]! += 1;
    } else {
      for (let j = 0; j < 2; j++) {
        const position = rng.uniform(0, 64);
        targets[i * 2 + j] = position;
        values[i * size + j] = (position - 32) / 32 + rng.normal(0, 0.02);
      }
    }
  }
  return { count, size, values, targets };
}

function mlpContext(
  kind: 'class' | 'position',
  sample: Partial<SampleEvaluation> & { embeddings: { train: EmbeddingSet; test: EmbeddingSet } },
): EvaluatorContext<MlpOptions> {
  return evaluatorContext(mlp, {
    dataset: kind === 'class' ? CLASSES : POSITION,
    method: nothing,
    ...sample,
  });
}

describe('mlp', () => {
  it('learns positions and classes that the embeddings hold', async () => {
    const options = { hidden: [[], [16]], epochs: 150, batchSize: 32, learningRate: 0.01 };
    const position = await mlp.evaluate(
      mlpContext('position', {
        options,
        embeddings: { train: learnable('position', 400, 1), test: learnable('position', 100, 2) },
      }),
    );
    // Noise of .02 x 32 pixels in both coordinates: .64 sqrt(pi / 2) = .80 pixels is the least possible.
    expect(position.metrics['distance']).toBeGreaterThan(0.6);
    expect(position.metrics['distance']).toBeLessThan(1.3);
    const classes = await mlp.evaluate(
      mlpContext('class', {
        options,
        embeddings: { train: learnable('class', 400, 1), test: learnable('class', 100, 2) },
      }),
    );
    expect(classes.metrics['accuracy']).toBeGreaterThan(0.93);
  });

  it('tests the predictor with the lowest validation loss; its numbers do not depend on the others', async () => {
    const embeddings = { train: learnable('position', 200, 1), test: learnable('position', 50, 2) };
    interface Details {
      best: number[];
      predictors: { hidden: number[]; validationLoss: number }[];
    }
    const run = async (
      hidden: number[][],
    ): Promise<{ metrics: Readonly<Record<string, number>>; details: Details }> => {
      const options = { hidden, epochs: 12, batchSize: 32 };
      const result = await mlp.evaluate(mlpContext('position', { options, embeddings }));
      return { metrics: result.metrics, details: result.details as Details };
    };
    const together = await run([[], [16], [8, 8]]);
    const losses = together.details.predictors.map(({ validationLoss }) => validationLoss);
    const best = together.details.predictors[losses.indexOf(Math.min(...losses))]!;
    expect(together.details.best).toEqual(best.hidden);
    expect(together.metrics['validationLoss']).toBe(best.validationLoss);
    const alone = await run([best.hidden]);
    expect(alone.metrics).toEqual(together.metrics);
    expect(alone.details.predictors).toEqual([best]);
  });

  it('has the seven predictors and the protocol of paper 000 by default', () => {
    expect(mlp.options.parse({})).toEqual({
      hidden: [[], [32], [64], [32, 32], [64, 32], [64, 64], [128, 128]],
      epochs: 500,
      batchSize: 512,
      patience: 'paper',
      validationFraction: 0.2,
      learningRate: 1e-3,
    });
  });

  it('tries every activation and output, says which was best, and leaves the others as they are', async () => {
    const embeddings = { train: learnable('class', 200, 1), test: learnable('class', 50, 2) };
    const options = { hidden: [[], [8]], epochs: 10, batchSize: 32, learningRate: 0.01 };
    const run = async (more: Partial<MlpOptions>) => {
      const result = await mlp.evaluate(
        mlpContext('class', { options: { ...options, ...more }, embeddings }),
      );
      const details = result.details as PredictorDetails & { predictors: PredictorDetails[] };
      return { metrics: result.metrics, details };
    };
    const usual = await run({});
    const grid = await run({
      activations: ['leaky-relu', 'relu', 'sigmoid'],
      outputs: ['linear', 'softmax'],
    });
    const tried = grid.details.predictors.map(({ hidden, activation, output }) =>
      [...hidden, activation, output].join(' '),
    );
    expect(tried).toEqual([
      'leaky-relu linear',
      'leaky-relu softmax',
      '8 leaky-relu linear',
      '8 leaky-relu softmax',
      '8 relu linear',
      '8 relu softmax',
      '8 sigmoid linear',
      '8 sigmoid softmax',
    ]);
    const losses = grid.details.predictors.map(({ validationLoss }) => validationLoss);
    expect(new Set(losses).size).toBe(losses.length);
    const { activation, output } = grid.details.predictors[losses.indexOf(Math.min(...losses))]!;
    expect(grid.details).toMatchObject({ activation, output });
    expect(grid.metrics['validationLoss']).toBe(Math.min(...losses));
    expect([grid.details.predictors[0], grid.details.predictors[2]]).toEqual(usual.details.predictors);
  });

  it('learns classes with every predictor of the grid of paper 001', async () => {
    const { hidden, activations, outputs } = PREDICTOR_GRID;
    expect(hidden.length * activations.length * outputs.length).toBe(36);
    const embeddings = { train: learnable('class', 400, 1), test: learnable('class', 100, 2) };
    const options = { hidden: [[32]], epochs: 150, batchSize: 32, learningRate: 0.01 };
    for (const activation of activations) {
      for (const output of outputs) {
        const own = { ...options, activations: [activation], outputs: [output] };
        const { metrics } = await mlp.evaluate(mlpContext('class', { options: own, embeddings }));
        expect(metrics['accuracy'], `${activation}, ${output}`).toBeGreaterThan(0.93);
      }
    }
  });

  it('gives a finite result for constant embeddings, about that of predicting the mean', async () => {
    const constant = (set: EmbeddingSet): EmbeddingSet => ({ ...set, values: set.values.map(() => 0.5) });
    const embeddings = {
      train: constant(learnable('position', 300, 1)),
      test: constant(learnable('position', 100, 2)),
    };
    const options = { hidden: [[8]], epochs: 200, learningRate: 0.01 };
    const { metrics, details } = await mlp.evaluate(mlpContext('position', { options, embeddings }));
    const { baseline } = details as { baseline: number };
    expect(Math.abs(metrics['distance']! - baseline)).toBeLessThan(0.5);
  });

  it('handles a class that is absent from the training split', async () => {
    const train = learnable('class', 60, 1);
    const embeddings = {
      train: { ...train, targets: train.targets.map((label) => (label === 1 ? 0 : label)) },
      test: learnable('class', 20, 2),
    };
    const { metrics } = await mlp.evaluate(mlpContext('class', { options: { epochs: 3 }, embeddings }));
    expect(metrics['accuracy']).toBeGreaterThanOrEqual(0);
    expect(metrics['accuracy']).toBeLessThan(1);
  });

  it('leaves out a predictor that diverges and fails when all do', async () => {
    const embeddings = { train: learnable('position', 100, 1), test: learnable('position', 20, 2) };
    // Weights of 1e17: one layer stays within single precision, two do not.
    const options = { hidden: [[16], []], epochs: 5, learningRate: 1e17 };
    const { details } = await mlp.evaluate(mlpContext('position', { options, embeddings }));
    expect(details).toMatchObject({ best: [], diverged: [expect.stringMatching(/\[16\].*epoch/)] });
    const run = mlp.evaluate(mlpContext('position', { options: { ...options, hidden: [[16]] }, embeddings }));
    await expect(run).rejects.toThrow(NonFiniteError);
  });
});

describe.each([mlp, linear])('$name rejects', (evaluator) => {
  const good = learnable('class', 10, 1);
  const run = (train: EmbeddingSet, test: EmbeddingSet = good): Promise<unknown> =>
    evaluator.evaluate(
      evaluatorContext<never>(evaluator as Evaluator<never>, {
        dataset: CLASSES,
        method: nothing,
        embeddings: { train, test },
      }),
    );
  const changed = (values: Partial<Record<number, number>>, what: 'values' | 'targets'): EmbeddingSet => {
    const copy = good[what].slice();
    for (const [at, value] of Object.entries(values)) copy[Number(at)] = value!;
    return { ...good, [what]: copy };
  };

  it('empty splits', async () => {
    const empty = { count: 0, size: 0, values: new Float32Array(), targets: new Float32Array() };
    await expect(run(empty)).rejects.toThrow(DataError);
    await expect(run(empty)).rejects.toThrow(`${evaluator.name}: received an empty train split`);
    await expect(run(good, empty)).rejects.toThrow('empty test split');
  });

  it('NaN and infinite embeddings and targets, naming the row', async () => {
    await expect(run(changed({ 20: NaN }, 'values'))).rejects.toThrow(NonFiniteError);
    await expect(run(changed({ 20: NaN }, 'values'))).rejects.toThrow('row 3 holds NaN');
    await expect(run(good, changed({ 59: -Infinity }, 'values'))).rejects.toThrow('row 9 holds -Infinity');
    await expect(run(changed({ 4: NaN }, 'targets'))).rejects.toThrow('row 4');
  });

  it('labels that are no class, missing targets, embeddings of different sizes', async () => {
    for (const label of [3, -1, 0.5]) {
      await expect(run(changed({ 2: label }, 'targets'))).rejects.toThrow('a class index from 0 to 2');
    }
    await expect(run({ ...good, targets: good.targets.slice(1) })).rejects.toThrow(
      'received 9 targets for 10 rows',
    );
    const narrow = { ...good, size: 3, values: good.values.slice(0, 30) };
    await expect(run(good, narrow)).rejects.toThrow(ShapeError);
  });
});

describe('embed', () => {
  it('gives every row in order whatever the batch size, the targets beside them, and leaves no tensors', async () => {
    const source = sampleSource(POSITION, 23);
    const method = sampleMethod(POSITION, 5);
    const whole = await embed(method, source);
    expect([whole.count, whole.size, whole.values.length]).toEqual([23, 5, 115]);
    expect(whole.targets).toEqual((await source.read(Array.from({ length: 23 }, (_, i) => i))).targets);
    expect(await expectNoLeaks(() => embed(method, source, { batchSize: 7 }))).toEqual(whole);
    const one = await source.read([20]);
    const row = tf.tidy(() =>
      method.encode!(
        tf.tensor4d(
          Float32Array.from(one.images, (byte) => byte / 255),
          [1, 4, 4, 3],
        ),
      ).dataSync(),
    );
    expect([...whole.values.slice(100, 105)]).toEqual([...row]);
    method.dispose();
  });

  it('names the row of a NaN and leaves no tensors', async () => {
    const encode = (images: tf.Tensor4D): tf.Tensor2D => {
      const sum = images.sum([1, 2, 3]).reshape([-1, 1]) as tf.Tensor2D;
      return tf.where(tf.equal(sum, 0), NaN, sum) as tf.Tensor2D;
    };
    const images = new Uint8Array(10 * 48).fill(9);
    images.fill(0, 6 * 48, 7 * 48);
    const source = memorySource(images, CLASSES.image, new Float32Array(10), 1);
    await expectNoLeaks(async () => {
      const run = embed({ encode }, source, { batchSize: 4 });
      await expect(run).rejects.toThrow(NonFiniteError);
      await expect(run).rejects.toThrow('row 6 holds NaN');
    });
  });

  it('rejects a method without encoder and outputs that are not one row an image', async () => {
    const source = sampleSource(CLASSES, 3);
    await expect(embed(nothing, source)).rejects.toThrow(ConfigurationError);
    await expect(embed({ encode: () => tf.zeros([2, 5]) }, source)).rejects.toThrow(ShapeError);
    await expect(embed({ encode: (images) => images as never }, source)).rejects.toThrow('[3, 4, 4, 3]');
  });

  it('gives an empty set for an empty source', async () => {
    expect((await embed(sampleMethod(CLASSES), sampleSource(CLASSES, 0))).count).toBe(0);
  });
});

describe('prediction', () => {
  it('scores what the method predicts', async () => {
    const image: ImageShape = { height: 1, width: 1, channels: 3 };
    const images = Uint8Array.from([255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 0, 0]);
    const pixels = (x: tf.Tensor4D): tf.Tensor2D => x.reshape([-1, 3]) as tf.Tensor2D;
    const classes = await prediction.evaluate(
      evaluatorContext(prediction, {
        dataset: { ...CLASSES, image },
        method: { ...nothing, predict: pixels },
        images: { test: memorySource(images, image, Float32Array.of(0, 1, 2, 1), 1) },
      }),
    );
    expect(classes.metrics).toEqual({ accuracy: 0.75 });
    const positions = await prediction.evaluate(
      evaluatorContext(prediction, {
        dataset: { ...POSITION, image },
        method: { ...nothing, predict: (x) => pixels(x).slice([0, 0], [-1, 2]) },
        images: { test: memorySource(images, image, Float32Array.of(1, 0, 3, 5, 0, 2, 1, 1), 2) },
      }),
    );
    expect(positions.metrics['distance']).toBeCloseTo((0 + 5 + 2 + 1) / 4, 6);
  });

  it('rejects predictions of another size', async () => {
    const context = evaluatorContext(prediction, {
      dataset: CLASSES,
      method: { ...nothing, predict: () => tf.zeros([2, 2]) },
      images: { test: sampleSource(CLASSES, 2) },
    });
    await expect(prediction.evaluate(context)).rejects.toThrow('expected [2, 3]');
  });
});

describe('reconstruction', () => {
  it('measures pixels in [0, 1] and keeps pairs that decode to the very bytes', async () => {
    const image: ImageShape = { height: 3, width: 2, channels: 3 };
    const images = Rng.stream(0, 'bytes')
      .uniformArray(10 * 18, 0, 255)
      .map(Math.floor);
    const source = memorySource(Uint8Array.from(images), image, new Float32Array(10), 1);
    const { metrics, details } = await reconstruction.evaluate(
      evaluatorContext(reconstruction, {
        dataset: { ...CLASSES, image },
        method: { ...nothing, reconstruct: (x) => tf.sub(1, x) },
        images: { test: source },
        options: { batchSize: 4, pairs: 3 },
      }),
    );
    const differences = [...images].map((byte) => Math.abs(1 - (2 * byte) / 255));
    const mean = (values: number[]): number => values.reduce((a, b) => a + b) / values.length;
    expect(metrics['l1']).toBeCloseTo(mean(differences), 5);
    expect(metrics['mse']).toBeCloseTo(mean(differences.map((value) => value ** 2)), 5);
    const { pairs } = details as { pairs: ReconstructionPair[] };
    expect(pairs.map(({ index }) => index)).toEqual([1, 5, 8]);
    const bytes = (uri: string): Uint8Array =>
      decode(Buffer.from(uri.replace('data:image/png;base64,', ''), 'base64')).data as Uint8Array;
    const fifth = images.slice(5 * 18, 6 * 18);
    expect([...bytes(pairs[1]!.input)]).toEqual([...fifth]);
    expect([...bytes(pairs[1]!.output)]).toEqual([...fifth].map((byte) => 255 - byte));
  });
});
