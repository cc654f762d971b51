import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { adamSettings, createOptimizer, optimizerSettings, sgdSettings } from '../src/index.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** Three steps on f(w) = sum(k w^2) from w = [1, -2, 3]; gives the weights after each. */
async function threeSteps(settings: ReturnType<typeof optimizerSettings.parse>): Promise<number[][]> {
  const variable = tf.variable(tf.tensor1d([1, -2, 3]));
  const scale = tf.tensor1d([0.5, 1, 2]);
  const optimizer = createOptimizer(settings, [variable]);
  const seen: number[][] = [];
  for (let i = 0; i < 3; i++) {
    const gradient = tf.tidy(() => tf.mul(tf.mul(2, scale), variable));
    optimizer.step([gradient]);
    gradient.dispose();
    seen.push([...(await variable.data())]);
  }
  optimizer.dispose();
  tf.dispose([variable, scale]);
  return seen;
}

const expectClose = (actual: number[][], expected: number[][]) =>
  expected.forEach((row, i) => row.forEach((value, j) => expect(actual[i]![j]).toBeCloseTo(value, 6)));

describe('optimisers', () => {
  // Made with PyTorch 2: torch.optim on the same function (test/fixtures/optimizers.py).
  it('Adam agrees with PyTorch', async () => {
    const fixture = (await import('./fixtures/optimizers.json', { with: { type: 'json' } })).default;
    expectClose(await threeSteps(adamSettings.parse({ learningRate: 0.1 })), fixture.adam);
  });

  it('SGD with momentum and weight decay agrees with PyTorch', async () => {
    const fixture = (await import('./fixtures/optimizers.json', { with: { type: 'json' } })).default;
    const settings = sgdSettings.parse({ name: 'sgd', learningRate: 0.05, momentum: 0.9, weightDecay: 0.01 });
    expectClose(await threeSteps(settings), fixture.sgd);
  });

  it('leaves a variable without gradient as it is', async () => {
    const variable = tf.variable(tf.tensor1d([1, 2]));
    const optimizer = createOptimizer(adamSettings.parse({}), [variable]);
    optimizer.step([null]);
    expect([...(await variable.data())]).toEqual([1, 2]);
    optimizer.dispose();
    variable.dispose();
  });

  it('refuses settings out of range', () => {
    expect(() => adamSettings.parse({ learningRate: 0 })).toThrow();
    expect(() => adamSettings.parse({ beta1: 1 })).toThrow();
    expect(() => optimizerSettings.parse({ name: 'rmsprop' })).toThrow();
  });
});
