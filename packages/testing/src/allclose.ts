import { expect } from 'vitest';

type Numbers = ArrayLike<number>;

/** ||received - expected|| / ||expected||, Euclidean; the norm of the difference itself where expected is all zero. */
export function relativeError(received: Numbers, expected: Numbers): number {
  if (received.length !== expected.length) {
    throw new Error(`relativeError: received ${received.length} numbers, expected ${expected.length}`);
  }
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < expected.length; i++) {
    difference += (received[i]! - expected[i]!) ** 2;
    norm += expected[i]! ** 2;
  }
  return norm === 0 ? Math.sqrt(difference) : Math.sqrt(difference / norm);
}

/**
 * Fails unless {@link relativeError} is at most `tolerance` (default 1e-4); NaN never passes. One error for the whole array:
 * unlike an element-wise check it does not fail on values near zero that were cancelled from large ones.
 */
export function expectAllclose(
  received: Numbers,
  expected: Numbers,
  tolerance = 1e-4,
  what = 'values',
): void {
  expect(received.length, `${what}: how many`).toBe(expected.length);
  const error = relativeError(received, expected);
  expect(
    error <= tolerance,
    `${what}: norm-relative error ${error}, at most ${tolerance}; first received ` +
      `[${Array.from(received).slice(0, 4).join(', ')}], expected [${Array.from(expected).slice(0, 4).join(', ')}]`,
  ).toBe(true);
}
