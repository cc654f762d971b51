import type { Rng } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';

export interface GradientCheck {
  /** Half the distance of the two points that are compared, as the length of one coordinate's step. */
  readonly step?: number;
  /** Largest difference relative to the largest derivative seen. */
  readonly tolerance?: number;
  readonly directions?: number;
}

/**
 * Compares the gradient of a scalar function with central differences along random directions (+-1 in every coordinate).
 * @param at where; not disposed
 */
export function expectGradient(
  f: (x: tf.Tensor) => tf.Scalar,
  at: tf.Tensor,
  rng: Rng,
  { step = 2e-3, tolerance = 0.02, directions = 4 }: GradientCheck = {},
): void {
  tf.tidy(() => {
    const gradient = tf.grad((x) => f(x))(at);
    expect(gradient.shape).toEqual(at.shape);
    const pairs = Array.from({ length: directions }, (_, k) => {
      const gradientValues = gradient.dataSync();
      // The first direction is the gradient's own sign, along which the derivative is largest.
      const signs = Float32Array.from({ length: at.size }, (_, i) => {
        const random = rng.uniform() < 0.5 ? -1 : 1;
        return k === 0 ? Math.sign(gradientValues[i]!) || random : random;
      });
      const direction = tf.tensor(signs, at.shape);
      const analytic = tf.sum(tf.mul(gradient, direction)).dataSync()[0]!;
      const value = (sign: number): number => f(tf.add(at, tf.mul(direction, sign * step))).dataSync()[0]!;
      return { analytic, numeric: (value(1) - value(-1)) / (2 * step) };
    });
    const scale = Math.max(...pairs.map(({ numeric }) => Math.abs(numeric)));
    expect(scale, 'the loss depends on its input').toBeGreaterThan(0);
    for (const { analytic, numeric } of pairs) {
      expect(
        Math.abs(analytic - numeric) / scale,
        `derivative ${analytic}, central difference ${numeric}`,
      ).toBeLessThan(tolerance);
    }
  });
}
