import { ConfigurationError, Rng } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { Dropout } from '../src/layers/dropout.ts';

const RATE = 0.6;

/** The layer's model in training mode on ones. */
function drop(rng: Pick<Rng, 'nextUint32'> | undefined, count: number): Float32Array {
  return tf.tidy(() => {
    const input = tf.input({ shape: [count] });
    const output = new Dropout({ name: 'dropout', rate: RATE }).apply(input) as tf.SymbolicTensor;
    const model = tf.model({ inputs: input, outputs: output });
    const y = model.apply(tf.ones([1, count]), { training: true, ...(rng ? { rng } : {}) }) as tf.Tensor;
    return y.dataSync() as Float32Array;
  });
}

describe('Dropout', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });

  it('drops with its rate and keeps the expectation', () => {
    const count = 40_000;
    const values = drop(Rng.stream(1, 'dropout'), count);
    const scale = Math.max(...values);
    expect(scale).toBeCloseTo(1 / (1 - RATE), 3);
    expect(new Set(values)).toEqual(new Set([0, scale]));
    const kept = values.filter((value) => value > 0).length / count;
    // Five standard deviations of a binomial share.
    expect(Math.abs(kept - (1 - RATE))).toBeLessThan(5 * Math.sqrt((RATE * (1 - RATE)) / count));
    // Both halves of the draws.
    for (const parity of [0, 1]) {
      const share = values.filter((value, i) => i % 2 === parity && value > 0).length / (count / 2);
      expect(Math.abs(share - (1 - RATE))).toBeLessThan(0.02);
    }
  });

  it('takes the numbers of the stream it is given, and goes on where a restored one stood', () => {
    const stream = Rng.stream(2, 'dropout');
    drop(stream, 7);
    const state = stream.state();
    const second = drop(stream, 7);
    expect(drop(Rng.fromState(state), 7)).toEqual(second);
    expect(drop(Rng.stream(3, 'dropout'), 70)).not.toEqual(drop(Rng.stream(4, 'dropout'), 70));
    // The low half of a draw decides the first value, the high half the second: 0.6 is 39,322 of 65,536.
    const draws = [(39_321 << 16) | 39_322, 39_321, 0xffff0000 | 0];
    let at = 0;
    const scripted = { nextUint32: () => draws[at++]! >>> 0 };
    expect([...drop(scripted, 5)].map((value) => value > 0)).toEqual([true, false, false, false, false]);
    expect(at).toBe(3);
  });

  it('does nothing in evaluation mode, and passes gradients of kept values only', () => {
    const layer = new Dropout({ name: 'dropout', rate: RATE });
    const x = tf.tensor2d([[1, -2, 3, -4]]);
    expect([...(layer.apply(x, { training: false }) as tf.Tensor).dataSync()]).toEqual([1, -2, 3, -4]);
    const forward = (x: tf.Tensor): tf.Tensor =>
      layer.apply(x, { training: true, rng: Rng.stream(5, 'dropout') }) as tf.Tensor;
    const y = forward(x);
    const dx = tf.grad((x) => tf.sum(forward(x)))(x);
    expect([...tf.mul(dx, x).dataSync()]).toEqual([...y.dataSync()]);
  });

  it('asks for a stream in training mode', () => {
    expect(() => drop(undefined, 3)).toThrow(ConfigurationError);
    expect(() => drop(undefined, 3)).toThrow(/dropout: rng: received none.*training: true, rng/);
  });
});
