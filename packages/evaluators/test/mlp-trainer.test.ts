import { readFileSync } from 'node:fs';
import { AbortedError, NonFiniteError, Rng } from '@paretrain/core';
import { expectAllclose } from '@paretrain/testing';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { ACTIVATIONS, LEAKY_LINEAR, OUTPUTS, type MlpFunctions } from '../src/mlp/functions.ts';
import type { LayerParameters } from '../src/mlp/memory-layout.ts';
import { MlpTrainer, initialParameters, type MlpData, type MlpStreams } from '../src/mlp/mlp-trainer.ts';

interface Fixture {
  inputSize: number;
  hidden: number[];
  outputSize: number;
  count: number;
  validationCount: number;
  batchSize: number;
  learningRate: number;
  inputs: number[];
  targets: number[];
  initial: { weights: number[]; biases: number[] }[];
  loss: number;
  gradients: { weights: number[]; biases: number[] }[];
  orders: number[][];
  trainingLosses: number[];
  validationLosses: number[];
  final: { weights: number[]; biases: number[] }[];
}

function readFixture(name: string): { fixture: Fixture; data: MlpData; initial: LayerParameters[] } {
  const url = new URL(`./fixtures/${name}.json`, import.meta.url);
  const fixture = JSON.parse(readFileSync(url, 'utf8')) as Fixture;
  const sizes = [fixture.inputSize, ...fixture.hidden, fixture.outputSize];
  return {
    fixture,
    data: {
      count: fixture.count,
      inputSize: fixture.inputSize,
      outputSize: fixture.outputSize,
      inputs: Float32Array.from(fixture.inputs),
      targets: Float32Array.from(fixture.targets),
      validationCount: fixture.validationCount,
    },
    initial: fixture.initial.map(({ weights, biases }, l) => ({
      inputSize: sizes[l]!,
      outputSize: sizes[l + 1]!,
      weights: Float32Array.from(weights),
      biases: Float32Array.from(biases),
    })),
  };
}

const SIGMOID_SOFTMAX: MlpFunctions = { activation: 'sigmoid', output: 'softmax' };
const ALL_FUNCTIONS: MlpFunctions[] = ACTIVATIONS.flatMap((activation) =>
  OUTPUTS.map((output) => ({ activation, output })),
);

function streams(seed = 0): MlpStreams {
  return { initialisation: Rng.stream(seed, 'initialisation'), dataOrder: Rng.stream(seed, 'data-order') };
}

function randomData(count: number, inputSize: number, outputSize: number, validationCount = 0): MlpData {
  const rng = Rng.stream(5, 'data', `${count}`);
  const inputs = rng.normalArray(count * inputSize);
  const targets = Float32Array.from({ length: count * outputSize }, (_, i) =>
    Math.tanh(inputs[Math.floor(i / outputSize) * inputSize + (i % Math.min(inputSize, outputSize))]!),
  );
  return { count, inputSize, outputSize, inputs, targets, validationCount };
}

const SETTINGS = { epochs: 6, batchSize: 32, patience: 100, learningRate: 1e-3 };

describe.each([
  { name: 'mlp-pytorch', functions: LEAKY_LINEAR },
  { name: 'mlp-sigmoid-softmax-pytorch', functions: SIGMOID_SOFTMAX },
])('against PyTorch: $functions.activation, $functions.output', ({ name, functions }) => {
  const { fixture, data, initial } = readFixture(name);

  it('has its loss and gradients', async () => {
    const trainer = await MlpTrainer.create(data);
    const { loss, gradients } = trainer.gradients(initial, functions);
    expect(Math.abs(loss - fixture.loss) / fixture.loss).toBeLessThan(1e-6);
    fixture.gradients.forEach(({ weights, biases }, l) => {
      expectAllclose(gradients[l]!.weights, weights, 1e-5, `weight gradients of layer ${l}`);
      expectAllclose(gradients[l]!.biases, biases, 1e-5, `bias gradients of layer ${l}`);
    });
  });

  it('has its losses epoch by epoch, a shorter last batch included, and its weights after them', async () => {
    const trainer = await MlpTrainer.create(data);
    let epoch = 0;
    const fit = await trainer.fit(
      fixture.hidden,
      { ...SETTINGS, epochs: fixture.orders.length, batchSize: fixture.batchSize, functions },
      { ...streams(), dataOrder: { permutation: () => Uint32Array.from(fixture.orders[epoch++]!) } },
      { initial },
    );
    expectAllclose(fit.trainingLosses, fixture.trainingLosses, 1e-5, 'training losses');
    expectAllclose(fit.validationLosses, fixture.validationLosses, 1e-5, 'validation losses');
    expect(fit.bestEpoch).toBe(fixture.orders.length);
    fixture.final.forEach(({ weights, biases }, l) => {
      expectAllclose(fit.parameters[l]!.weights, weights, 1e-5, `weights of layer ${l}`);
      expectAllclose(fit.parameters[l]!.biases, biases, 1e-4, `biases of layer ${l}`);
    });
  });
});

describe('against automatic differentiation of tfjs on its cpu backend', () => {
  beforeAll(() => tf.setBackend('cpu'));

  it.each([
    { rows: 1, inputs: 1, hidden: [], outputs: 1 },
    { rows: 3, inputs: 5, hidden: [], outputs: 2, functions: SIGMOID_SOFTMAX },
    { rows: 3, inputs: 5, hidden: [], outputs: 2 },
    { rows: 130, inputs: 64, hidden: [], outputs: 10 },
    { rows: 7, inputs: 64, hidden: [32], outputs: 2 },
    { rows: 300, inputs: 150, hidden: [64, 32], outputs: 2 },
    { rows: 257, inputs: 64, hidden: [128, 128], outputs: 10 },
    { rows: 20, inputs: 9, hidden: [3, 17, 5], outputs: 1 },
    ...ALL_FUNCTIONS.map((functions) => ({ rows: 37, inputs: 9, hidden: [13, 5], outputs: 3, functions })),
    { rows: 257, inputs: 64, hidden: [128, 128], outputs: 10, functions: SIGMOID_SOFTMAX },
  ])('$rows x $inputs, hidden $hidden, $outputs outputs, $functions', async (problem) => {
    const {
      rows,
      inputs,
      hidden,
      outputs,
      functions = LEAKY_LINEAR,
    } = problem as typeof problem & {
      functions?: MlpFunctions;
    };
    const data = randomData(rows, inputs, outputs);
    const parameters = initialParameters([inputs, ...hidden, outputs], Rng.stream(1, 'weights'));
    const trainer = await MlpTrainer.create(data);
    const received = trainer.gradients(parameters, functions);
    const predicted = trainer.predict(parameters, data.inputs, rows, functions);
    const activate = {
      'leaky-relu': (x: tf.Tensor) => tf.leakyRelu(x, 0.01),
      relu: tf.relu<tf.Tensor>,
      sigmoid: tf.sigmoid<tf.Tensor>,
    }[functions.activation];
    tf.tidy(() => {
      const variables = parameters.flatMap((layer) => [
        tf.tensor2d(layer.weights, [layer.inputSize, layer.outputSize]),
        tf.tensor1d(layer.biases),
      ]);
      const forward = (values: tf.Tensor[]): tf.Tensor => {
        let x: tf.Tensor = tf.tensor2d(data.inputs, [rows, inputs]);
        for (let l = 0; l < parameters.length; l++) {
          if (l > 0) x = activate(x);
          x = tf.add(tf.matMul(x, values[2 * l]!), values[2 * l + 1]!);
        }
        return functions.output === 'softmax' ? tf.softmax(x) : x;
      };
      const { value, grads } = tf.valueAndGrads((...values: tf.Tensor[]) =>
        tf.losses.meanSquaredError(tf.tensor2d(data.targets, [rows, outputs]), forward(values)).asScalar(),
      )(variables);
      expect(received.loss).toBeCloseTo(value.dataSync()[0]!, 5);
      expectAllclose(predicted, forward(variables).dataSync(), 1e-5, 'outputs');
      received.gradients.forEach((layer, l) => {
        expectAllclose(layer.weights, grads[2 * l]!.dataSync(), 1e-5, `weight gradients of layer ${l}`);
        expectAllclose(layer.biases, grads[2 * l + 1]!.dataSync(), 1e-5, `bias gradients of layer ${l}`);
      });
    });
  });
});

describe('against central differences', () => {
  it.each(ALL_FUNCTIONS)('$activation, $output', async (functions) => {
    const sizes = [7, 11, 5, 3];
    const trainer = await MlpTrainer.create(randomData(40, 7, 3));
    // Weights at which no row lies at a kink of ReLU, where a step has two slopes.
    const parameters = initialParameters(sizes, Rng.stream(4, 'weights'));
    const { gradients } = trainer.gradients(parameters, functions);
    const largest = Math.max(...gradients.flatMap(({ weights }) => [...weights].map(Math.abs)));
    parameters.forEach((layer, l) => {
      for (const kind of ['weights', 'biases'] as const) {
        const values = layer[kind];
        for (let i = 0; i < values.length; i++) {
          const kept = values[i]!;
          const step = 2 ** -11; // Small, so that few rows cross a kink of ReLU.
          values[i] = kept + step;
          const above = trainer.gradients(parameters, functions).loss;
          values[i] = kept - step;
          const below = trainer.gradients(parameters, functions).loss;
          values[i] = kept;
          const difference = gradients[l]![kind][i]! - (above - below) / (2 * step);
          expect(Math.abs(difference) / largest, `layer ${l}, ${kind} ${i}`).toBeLessThan(0.02);
        }
      }
    });
  });
});

describe('softmax', () => {
  it('gives positive shares that add up to 1, also of sums that are far apart or large', async () => {
    const trainer = await MlpTrainer.create(randomData(4, 2, 3));
    const weights = Float32Array.of(1, 0, -1, 300, 0, -2000);
    const layer = { inputSize: 2, outputSize: 3, weights, biases: Float32Array.of(0, 0.5, 1) };
    const inputs = Float32Array.of(0, 0, 1, 0, 1, 1, -3, 2);
    const shares = trainer.predict([layer], inputs, 4, { activation: 'relu', output: 'softmax' });
    for (let i = 0; i < 4; i++) {
      const sums = [0, 1, 2].map(
        (o) => inputs[2 * i]! * weights[o]! + inputs[2 * i + 1]! * weights[3 + o]! + layer.biases[o]!,
      );
      const exponentials = sums.map((sum) => Math.exp(sum - Math.max(...sums)));
      const total = exponentials.reduce((a, b) => a + b);
      const row = [...shares.subarray(3 * i, 3 * i + 3)];
      expectAllclose(
        row,
        exponentials.map((value) => value / total),
        1e-6,
      );
    }
  });
});

describe('training', () => {
  it('gives the same numbers whatever was trained before', async () => {
    const data = randomData(100, 12, 2, 20);
    const alone = await (await MlpTrainer.create(data)).fit([16], SETTINGS, streams());
    const trainer = await MlpTrainer.create(data);
    await trainer.fit([64, 64], SETTINGS, streams(3));
    await trainer.fit([], SETTINGS, streams(4));
    expect(await trainer.fit([16], SETTINGS, streams())).toEqual(alone);
    const other = await trainer.fit([16], SETTINGS, streams(1));
    expect(other.trainingLosses).not.toEqual(alone.trainingLosses);
  });

  it('keeps the best epoch and stops after `patience` epochs without a better one', async () => {
    // 40 rows of noise: validation gets worse once the noise is learned.
    const rng = Rng.stream(2, 'noise');
    const data = { ...randomData(60, 20, 1, 20), targets: rng.normalArray(60) };
    const trainer = await MlpTrainer.create(data);
    const settings = { epochs: 500, batchSize: 8, patience: 7, learningRate: 1e-2 };
    const fit = await trainer.fit([64], settings, streams());
    expect(fit.epochs).toBe(fit.bestEpoch + 7);
    expect(fit.epochs).toBeLessThan(500);
    expect(fit.validationLoss).toBe(Math.min(...fit.validationLosses));
    const validation = trainer.predict(fit.parameters, data.inputs.slice(40 * 20), 20);
    const loss = validation.reduce((sum, value, i) => sum + (value - data.targets[40 + i]!) ** 2 / 20, 0);
    expect(loss, 'the best epoch, not the last one').toBeCloseTo(fit.validationLoss, 5);
  });

  it('trains on one row, and on fewer rows than a batch', async () => {
    for (const count of [1, 5]) {
      const trainer = await MlpTrainer.create(randomData(count, 4, 2));
      const fit = await trainer.fit([8], { ...SETTINGS, epochs: 50, batchSize: 512 }, streams());
      expect(fit.trainingLosses.at(-1)).toBeLessThan(fit.trainingLosses[0]!);
      expect(fit.validationLosses).toEqual(fit.trainingLosses);
    }
  });

  it('with 0 epochs keeps the initial weights', async () => {
    const trainer = await MlpTrainer.create(randomData(10, 4, 2, 2));
    const fit = await trainer.fit([8], { ...SETTINGS, epochs: 0 }, streams());
    expect(fit.parameters).toEqual(initialParameters([4, 8, 2], streams().initialisation));
    expect(fit.bestEpoch).toBe(0);
    expect(Number.isFinite(fit.validationLoss)).toBe(true);
  });

  it('stops at a loss that is not finite and names the network and the epoch', async () => {
    const data = randomData(10, 2, 1);
    data.targets[3] = 3e38;
    data.targets[4] = -3e38;
    const trainer = await MlpTrainer.create(data);
    const run = trainer.fit([4], { ...SETTINGS, learningRate: 1e38 }, streams());
    await expect(run).rejects.toThrow(NonFiniteError);
    await expect(run).rejects.toThrow(/\[4\].*epoch [1-6]/);
  });

  it('stops on request', async () => {
    const trainer = await MlpTrainer.create(randomData(200, 4, 2));
    const run = trainer.fit([8], { ...SETTINGS, epochs: 1e6, patience: 1e6 }, streams(), {
      signal: AbortSignal.timeout(200),
    });
    await expect(run).rejects.toThrow(AbortedError);
  });
});
