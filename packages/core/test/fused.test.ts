import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  Rng,
  ShapeError,
  adamUpdate,
  batchNormRelu,
  biasActivation,
  meanSquaredError,
  movingStatistics,
  sigmoidMeanSquaredError,
} from '../src/index.ts';

const rng = Rng.stream(5, 'fused-test');
const random = (shape: number[]) => tf.tensor(rng.normalArray(tf.util.sizeFromShape(shape)), shape);

/** Compares a gradient with central differences, element by element. */
function expectGradients(loss: (...inputs: tf.Tensor[]) => tf.Tensor, inputs: tf.Tensor[]): void {
  const step = 1e-2;
  const gradients = tf.grads(loss)(inputs);
  inputs.forEach((input, which) => {
    const values = Float32Array.from(input.dataSync());
    const gradient = gradients[which]!.dataSync();
    const scale = Math.max(...Array.from(gradient, Math.abs), 1e-3);
    values.forEach((value, i) => {
      const at = (delta: number) => {
        const moved = Float32Array.from(values);
        moved[i] = value + delta;
        const changed = inputs.map((other, j) => (j === which ? tf.tensor(moved, input.shape) : other));
        return loss(...changed).dataSync()[0]!;
      };
      const slope = (at(step) - at(-step)) / (2 * step);
      expect(Math.abs(slope - gradient[i]!) / scale).toBeLessThan(1e-2);
    });
  });
}

describe('fused operations on cpu', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });

  it('batchNormRelu normalises each channel and differentiates', () => {
    const [x, gamma, beta, weights] = [random([12, 3]), random([3]), random([3]), random([12, 3])];
    const { y, mean, variance } = batchNormRelu(x, gamma as tf.Tensor1D, beta as tf.Tensor1D, {
      relu: false,
    });
    const moments = tf.moments(x, 0);
    const expected = tf.batchNorm(x as tf.Tensor2D, moments.mean, moments.variance, beta, gamma, 1e-5);
    expect(tf.max(tf.abs(tf.sub(y, expected))).dataSync()[0]).toBeLessThan(1e-5);
    expect(tf.max(tf.abs(tf.sub(mean, moments.mean))).dataSync()[0]).toBeLessThan(1e-6);
    expect(tf.max(tf.abs(tf.sub(variance, moments.variance))).dataSync()[0]).toBeLessThan(1e-6);
    const loss = (x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor) =>
      tf.sum(tf.mul(batchNormRelu(x, gamma as tf.Tensor1D, beta as tf.Tensor1D, { relu: false }).y, weights));
    expectGradients(loss, [x, gamma, beta]);
    const rectified = batchNormRelu(x, gamma as tf.Tensor1D, beta as tf.Tensor1D);
    expect(tf.max(tf.abs(tf.sub(rectified.y, tf.relu(y)))).dataSync()[0]).toBe(0);
  });

  it('movingStatistics follows the mean, with the bias, and the unbiased variance', () => {
    const vector = (...values: number[]) => tf.tensor1d(values);
    const moving = { mean: vector(10, -2), variance: vector(1, 4) };
    const batch = { mean: vector(2, 0), variance: vector(3, 6) };
    const values = (options: { count: number; bias?: tf.Tensor1D }) => {
      const { mean, variance } = movingStatistics(moving, batch, { momentum: 0.75, ...options });
      return [...mean.dataSync(), ...variance.dataSync()];
    };
    // Of 4 values the unbiased variance is 4/3 of the biased one, of one value it is taken as it is.
    expect(values({ count: 4 })).toEqual([8, -1.5, 1.75, 5]);
    expect(values({ count: 1 })).toEqual([8, -1.5, 1.5, 4.5]);
    expect(values({ count: 4, bias: vector(4, 8) })).toEqual([9, 0.5, 1.75, 5]);
    const before = tf.memory().numTensors;
    tf.dispose({ ...movingStatistics(moving, batch, { momentum: 0.75, count: 4, bias: batch.mean }) });
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each(['linear', 'sigmoid'] as const)('biasActivation differentiates: %s', (activation) => {
    const [x, bias, weights] = [random([2, 3, 4]), random([4]), random([2, 3, 4])];
    const loss = (x: tf.Tensor, bias: tf.Tensor) =>
      tf.sum(tf.mul(biasActivation(x, bias as tf.Tensor1D, activation), weights));
    expectGradients(loss, [x, bias]);
  });

  it('biasActivation: relu keeps the positive part', () => {
    const y = biasActivation(tf.tensor2d([[-3, 1]]), tf.tensor1d([1, 1]), 'relu');
    expect(Array.from(y.dataSync())).toEqual([0, 2]);
  });

  it('losses: values and gradients, scaled by what follows them', () => {
    expect(meanSquaredError(tf.tensor1d([1, 3]), tf.tensor1d([0, 1])).dataSync()[0]).toBe(2.5);
    expect(sigmoidMeanSquaredError(tf.tensor1d([0]), tf.tensor1d([1])).dataSync()[0]).toBe(0.25);
    for (const loss of [meanSquaredError, sigmoidMeanSquaredError]) {
      const target = random([3, 4]);
      expectGradients((x) => tf.mul(loss(x!, target), 7), [random([3, 4])]);
    }
  });

  it('adamUpdate follows the published rule', () => {
    // w = 1, g = 2, first step: m / (1 - b1) = g and v / (1 - b2) = g^2, so the step is lr g / (|g| + epsilon).
    const variable = tf.variable(tf.tensor1d([1]));
    const [firstMoment, secondMoment] = [tf.variable(tf.zeros([1])), tf.variable(tf.zeros([1]))];
    const settings = { learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
    adamUpdate({ variable, gradient: tf.tensor1d([2]), firstMoment, secondMoment, step: 1, ...settings });
    expect(variable.dataSync()[0]).toBeCloseTo(0.9, 6);
    expect(firstMoment.dataSync()[0]).toBeCloseTo(0.2, 6);
    expect(secondMoment.dataSync()[0]).toBeCloseTo(0.004, 6);
  });

  it('leaves no tensors behind', () => {
    const [x, weight, target] = [random([6, 2]), random([2]) as tf.Tensor1D, random([6, 2])];
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const { y } = batchNormRelu(x, weight, weight);
      return meanSquaredError(biasActivation(y, weight, 'sigmoid'), target).dataSync();
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('names the shapes it received and expected', () => {
    const wrong = random([3]) as tf.Tensor1D;
    expect(() => batchNormRelu(random([4, 2]), wrong, wrong)).toThrow(ShapeError);
    expect(() => batchNormRelu(random([4, 2]), wrong, wrong)).toThrow(/\[3\].*\[2\]/);
    expect(() => batchNormRelu(tf.zeros([0, 3]), wrong, wrong)).toThrow(/at least one value/);
    const two = { mean: random([2]) as tf.Tensor1D, variance: random([2]) as tf.Tensor1D };
    const options = { momentum: 0.9, count: 4 };
    expect(() => movingStatistics(two, { ...two, variance: wrong }, options)).toThrow(
      /movingStatistics: batch.variance.*\[3\].*\[2\]/,
    );
    expect(() => movingStatistics(two, two, { ...options, bias: wrong })).toThrow(ShapeError);
    expect(() => biasActivation(random([4, 2]), wrong)).toThrow(ShapeError);
    expect(() => meanSquaredError(random([2]), random([3]))).toThrow(/received shape \[3\].*\[2\]/);
    expect(() => sigmoidMeanSquaredError(random([2]), random([3]))).toThrow(ShapeError);
  });
});
