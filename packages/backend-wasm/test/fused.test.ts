import {
  adamUpdate,
  createOptimizer,
  batchNormRelu,
  biasActivation,
  meanSquaredError,
  movingStatistics,
  sigmoidMeanSquaredError,
} from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { centralDifferences, expectSameAsCpu, on, relativeError } from './support.ts';

describe('fused kernels against the portable operations on cpu', () => {
  it.each([[[33, 1]], [[2, 5, 3, 3]], [[4, 3, 3, 8]], [[3, 1, 1, 13]], [[300, 32]]])(
    'batch normalisation of %j',
    async (shape) => {
      for (const relu of [true, false]) {
        await expectSameAsCpu(
          (values) => {
            const c = shape.at(-1)!;
            // A mean far from zero: sums of squares would cancel.
            const x = tf.add(values.tensor(shape), 20);
            const [gamma, beta, dy] = [
              values.tensor<tf.Rank.R1>([c]),
              values.tensor<tf.Rank.R1>([c]),
              values.tensor(shape),
            ];
            const { y, mean, variance } = batchNormRelu(x, gamma, beta, { relu, epsilon: 1e-3 });
            const loss = (x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor) =>
              tf.sum(
                tf.mul(
                  batchNormRelu(x, gamma as tf.Tensor1D, beta as tf.Tensor1D, { relu, epsilon: 1e-3 }).y,
                  dy,
                ),
              );
            return [y, mean, variance, ...tf.grads(loss)([x, gamma, beta])];
          },
          `${shape} ${relu}`,
          2e-3,
        );
      }
    },
  );

  it('batch normalisation of one row is beta, with no gradient for x', async () => {
    await on('wasm', (values) => {
      const [x, gamma, beta, dy] = [
        values.tensor([1, 16]),
        values.tensor<tf.Rank.R1>([16]),
        values.tensor<tf.Rank.R1>([16]),
        values.tensor([1, 16]),
      ];
      const y = (x: tf.Tensor) => batchNormRelu(x, gamma, beta, { relu: false }).y;
      expect(relativeError(y(x).dataSync() as Float32Array, beta.dataSync() as Float32Array)).toBeLessThan(
        1e-4,
      );
      const dx = tf.grad((x) => tf.sum(tf.mul(y(x), dy)))(x);
      // Terms of the size of gamma / sqrt(epsilon) = 300 cancel.
      expect(tf.max(tf.abs(dx)).dataSync()[0]).toBeLessThan(1e-3);
      return [];
    });
  });

  it.each([1, 3, 64])(
    'moving statistics of %i channels are the portable ones to the last bit',
    async (channels) => {
      for (const withBias of [true, false]) {
        const compute = (values: { tensor(shape: number[]): tf.Tensor }) => {
          const vector = () => values.tensor([channels]) as tf.Tensor1D;
          const [moving, batch] = [vector, vector].map((next) => ({
            mean: next(),
            variance: tf.abs(next()),
          }));
          const bias = withBias ? vector() : undefined;
          const moved = movingStatistics(moving!, batch!, { momentum: 0.9, count: 37, bias });
          return [moved.mean, moved.variance];
        };
        // The portable operations on cpu round every step to single precision as well.
        await expectSameAsCpu(compute, `${channels} ${withBias}`, Number.MIN_VALUE);
      }
    },
  );

  it.each(['linear', 'relu', 'sigmoid'] as const)('bias and %s', async (activation) => {
    for (const shape of [
      [7, 3],
      [2, 3, 5, 4],
      [5, 13],
      [3, 1],
    ]) {
      await expectSameAsCpu((values) => {
        const [x, bias, dy] = [
          values.tensor(shape),
          values.tensor<tf.Rank.R1>([shape.at(-1)!]),
          values.tensor(shape),
        ];
        const loss = (x: tf.Tensor, bias: tf.Tensor) =>
          tf.sum(tf.mul(biasActivation(x, bias as tf.Tensor1D, activation), dy));
        return [biasActivation(x, bias, activation), ...tf.grads(loss)([x, bias])];
      }, `${shape} ${activation}`);
    }
  });

  it.each([[[1]], [[5, 3]], [[2, 64, 64, 3]]])('losses of %j', async (shape) => {
    await expectSameAsCpu((values) => {
      const [x, target] = [values.tensor(shape), values.tensor(shape)];
      return [meanSquaredError, sigmoidMeanSquaredError].flatMap((loss) => [
        loss(x, target),
        tf.grad((x) => tf.mul(loss(x, target), 3))(x),
      ]);
    }, `${shape}`);
  });

  it('Adam over ten steps, and a snapshot taken in between keeps its values', async () => {
    const train = (values: { tensor(shape: number[]): tf.Tensor }) => {
      const start = values.tensor([37]);
      const variable = tf.variable(start);
      const firstMoment = tf.variable(tf.zeros([37]));
      const secondMoment = tf.variable(tf.zeros([37]));
      let snapshot: tf.Tensor | undefined;
      for (let step = 1; step <= 10; step++) {
        const gradient = values.tensor([37]);
        const adam = { learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
        adamUpdate({ variable, gradient, firstMoment, secondMoment, step, ...adam });
        if (step === 5) snapshot = variable.clone();
      }
      return [start, variable, firstMoment, secondMoment, snapshot!];
    };
    await expectSameAsCpu(train, 'adam', 1e-5);
  });

  it.each([
    [0, 0],
    [0, 0.01],
    [0.9, 0],
    [0.9, 5e-4],
  ])(
    'SGD over ten steps, momentum %f, weight decay %f, snapshots keep their values',
    async (momentum, weightDecay) => {
      const train = (values: { tensor(shape: number[]): tf.Tensor }) => {
        const start = values.tensor([39]);
        const variable = tf.variable(start);
        const optimizer = createOptimizer({ name: 'sgd', learningRate: 0.1, momentum, weightDecay }, [
          variable,
        ]);
        let snapshot: tf.Tensor | undefined;
        for (let step = 1; step <= 10; step++) {
          optimizer.step([values.tensor([39])]);
          if (step === 5) snapshot = variable.clone();
        }
        const result = [start, variable.clone(), ...optimizer.slots.map((slot) => slot.clone()), snapshot!];
        optimizer.dispose();
        return result;
      };
      await expectSameAsCpu(train, 'sgd', 1e-5);
    },
  );
});

describe('gradients on wasm against central differences', () => {
  it.each([
    ['convolution', (x: tf.Tensor, w: tf.Tensor) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, 'same')],
    [
      'transposed convolution',
      (x: tf.Tensor, w: tf.Tensor) =>
        tf.conv2dTranspose(
          x as tf.Tensor4D,
          tf.transpose(w, [0, 1, 3, 2]) as tf.Tensor4D,
          [2, 13, 13, 5],
          2,
          'valid',
        ),
    ],
    [
      'depthwise convolution',
      (x: tf.Tensor, w: tf.Tensor) => tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same'),
    ],
    [
      'batch normalisation',
      (x: tf.Tensor, w: tf.Tensor) =>
        batchNormRelu(x, tf.mean(w, [0, 1, 3]) as tf.Tensor1D, tf.sum(w, [0, 1, 3]) as tf.Tensor1D, {
          relu: false,
        }).y,
    ],
    [
      'bias and sigmoid',
      (x: tf.Tensor, w: tf.Tensor) => biasActivation(x, tf.sum(w, [0, 1, 3]) as tf.Tensor1D, 'sigmoid'),
    ],
    ['dense', (x: tf.Tensor, w: tf.Tensor) => tf.matMul(tf.reshape(x, [24, -1]), tf.reshape(w, [9, -1]))],
  ])('%s', async (_name, operation) => {
    await on('wasm', (values) => {
      const x = values.tensor([2, 6, 6, 3]);
      const w = values.tensor([3, 3, 3, 5]);
      const weights = values.tensor(operation(x, w).shape);
      const loss = (x: tf.Tensor, w: tf.Tensor) => tf.sum(tf.mul(operation(x, w), weights));
      const gradients = tf.grads(loss)([x, w]);
      const check = (gradient: tf.Tensor, differences: { index: number; slope: number }[]) => {
        const data = gradient.dataSync();
        const actual = Float32Array.from(differences, ({ index }) => data[index]!);
        expect(
          relativeError(
            actual,
            Float32Array.from(differences, ({ slope }) => slope),
          ),
        ).toBeLessThan(1e-2);
      };
      check(
        gradients[0]!,
        centralDifferences((moved) => loss(moved, w), x),
      );
      check(
        gradients[1]!,
        centralDifferences((moved) => loss(x, moved), w),
      );
      return [];
    });
  });
});
