import { expectAllclose } from '@paretrain/testing';
import { expect } from 'vitest';

/** Activations that another implementation gave, as the scripts of the fixtures write them. */
export interface Recorded {
  readonly shape: number[];
  readonly norm: number;
  /** Every so-manieth activation is in `values`. */
  readonly step: number;
  readonly values: number[];
}

export function expectRecorded(received: Float32Array, expected: Recorded, what: string): void {
  expect(received.length, what).toBe(expected.shape.reduce((product, size) => product * size, 1));
  const norm = Math.sqrt(received.reduce((sum, value) => sum + value ** 2, 0));
  expectAllclose([norm], [expected.norm], 1e-4, `${what}: norm`);
  expectAllclose(
    received.filter((_, i) => i % expected.step === 0),
    expected.values,
    1e-4,
    what,
  );
}
