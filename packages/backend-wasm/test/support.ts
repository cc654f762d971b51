import { Rng } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';
import '../src/index.ts';

/** Values of one test, the same on every backend. */
export class Values {
  readonly #rng = Rng.stream(11, 'test-values');

  tensor<R extends tf.Rank = tf.Rank>(shape: number[]): tf.Tensor<R> {
    return tf.tensor<R>(this.#rng.normalArray(tf.util.sizeFromShape(shape)), shape as never);
  }
}

/** Runs a computation on one backend and reads its results. */
export async function on(
  backend: 'cpu' | 'wasm',
  compute: (values: Values) => tf.Tensor[],
): Promise<{ shape: number[]; data: Float32Array }[]> {
  await tf.setBackend(backend);
  await tf.ready();
  return tf.tidy(() =>
    compute(new Values()).map((tensor) => ({
      shape: tensor.shape,
      data: Float32Array.from(tensor.dataSync()),
    })),
  );
}

/** Largest difference relative to the largest value, NaN where NaN or infinities do not agree. */
export function relativeError(actual: Float32Array, expected: Float32Array): number {
  let error = 0;
  let scale = 1e-6;
  expected.forEach((value, i) => {
    if (Object.is(value, actual[i])) return;
    if (Number.isFinite(value)) scale = Math.max(scale, Math.abs(value));
    error = Number.isNaN(error) ? error : Math.max(error, Math.abs(value - actual[i]!));
    if (Number.isNaN(value) !== Number.isNaN(actual[i])) error = NaN;
  });
  return error / scale;
}

/** Checks that wasm computes what cpu does. */
export async function expectSameAsCpu(
  compute: (values: Values) => tf.Tensor[],
  label: string,
  tolerance = 2e-5,
): Promise<void> {
  const expected = await on('cpu', compute);
  const actual = await on('wasm', compute);
  expect(actual.length, label).toBe(expected.length);
  expected.forEach(({ shape, data }, i) => {
    expect(actual[i]!.shape, `${label}, output ${i}`).toEqual(shape);
    expect(relativeError(actual[i]!.data, data), `${label}, output ${i}`).toBeLessThan(tolerance);
  });
}

/** Central differences of a scalar function of one tensor, at up to `count` of its elements. */
export function centralDifferences(f: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor, count = 12, step = 2e-2) {
  const values = Float32Array.from(x.dataSync());
  const at = (i: number, delta: number) => {
    const moved = Float32Array.from(values);
    moved[i]! += delta;
    return tf.tidy(() => f(tf.tensor(moved, x.shape)).dataSync()[0]!);
  };
  const stride = Math.max(1, Math.floor(values.length / count));
  const indices = Array.from({ length: Math.min(count, values.length) }, (_, i) => i * stride);
  return indices.map((i) => ({ index: i, slope: (at(i, step) - at(i, -step)) / (2 * step) }));
}
