import { sampleDescription } from '../src/index.ts';
import { expectAllclose, expectGradient, expectNoLeaks, memorySource, relativeError } from '../src/index.ts';
import { DataError, Rng } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';

beforeAll(() => tf.setBackend('cpu'));

describe('relativeError', () => {
  it('is relative to the expected norm', () => {
    expect(relativeError([3, 4.5], [3, 4])).toBeCloseTo(0.1, 12);
    expect(relativeError([0.3], [0])).toBeCloseTo(0.3, 12);
    expect(relativeError([], [])).toBe(0);
    expect(() => relativeError([1], [1, 2])).toThrow('received 1 numbers, expected 2');
  });

  it('passes within the tolerance, never with NaN', () => {
    expectAllclose([1.00001], [1]);
    expect(() => expectAllclose([1.001], [1])).toThrow('norm-relative error');
    expect(() => expectAllclose([NaN], [1])).toThrow();
    expect(() => expectAllclose([1, 2], [1])).toThrow('how many');
  });
});

describe('expectNoLeaks', () => {
  it('gives the result, and fails when a tensor is left', async () => {
    expect(await expectNoLeaks(() => 7)).toBe(7);
    let left: tf.Tensor | undefined;
    await expect(expectNoLeaks(() => void (left = tf.zeros([1])))).rejects.toThrow('tensors left behind');
    left!.dispose();
  });
});

describe('expectGradient', () => {
  it('passes for a right gradient and fails for a function that ignores its input', () => {
    tf.tidy(() => {
      const at = tf.tensor1d([0.1, -0.4, 0.8]);
      expectGradient((x) => tf.sum(tf.sin(x)).asScalar(), at, Rng.stream(0, 'd'));
      expect(() => expectGradient((x) => tf.sum(tf.mul(x, 0)).asScalar(), at, Rng.stream(0, 'd'))).toThrow(
        'depends on its input',
      );
    });
  });
});

describe('memorySource', () => {
  it('reads what it was given and rejects other indices', async () => {
    const { image } = sampleDescription('class', { height: 1, width: 1, channels: 2 });
    const source = memorySource(Uint8Array.of(1, 2, 3, 4), image, Float32Array.of(5, 6), 1);
    const batch = await source.read([1, 0, 1]);
    expect([...batch.images]).toEqual([3, 4, 1, 2, 3, 4]);
    expect([...batch.targets]).toEqual([6, 5, 6]);
    await expect(source.read([2])).rejects.toThrow(DataError);
  });
});
