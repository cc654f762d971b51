import type { Rng } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';

/** What is compared: an operation's outputs, or its first output's derivatives. */
export type ParityDirection = 'forward' | 'gradient';

/** One input of a case: its shape, and how its values come from the case's own random stream. */
export interface ParityInput {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
  readonly values: (rng: Rng, count: number) => Float32Array;
}

/** One computation that must give the same numbers on every backend. */
export interface ParityCase {
  /** Unique; begins with the operation: `conv2d: 3x3, stride 2, same`. */
  readonly id: string;
  /** The row of the capability table: a function of `tf`, of `tf.layers` or of `@paretrain/core`. */
  readonly operation: string;
  readonly inputs: readonly ParityInput[];
  /** Tensors from the inputs, inside tf.tidy. */
  readonly compute: (...inputs: tf.Tensor[]) => tf.Tensor | readonly tf.Tensor[];
  /** Inputs in which the first output is differentiated. Default: all of type float32; none: forward only. */
  readonly differentiate?: readonly number[];
  /**
   * A root mean square below which values count as rounding of larger terms that cancel: errors are taken relative to
   * the larger of this and the expected values' own. Default 0.
   */
  readonly scale?: number;
  /** Times the suite's tolerance; above 1 where rounding errors grow for a reason stated beside it. Default 1. */
  readonly slack?: number;
}

/** Normally distributed values. */
export function normal(shape: readonly number[], mean = 0, standardDeviation = 1): ParityInput {
  return {
    shape,
    dtype: 'float32',
    values: (rng, count) => rng.normalArray(count, mean, standardDeviation),
  };
}

/** Values uniform in [low, high). */
export function uniform(shape: readonly number[], low: number, high: number): ParityInput {
  return { shape, dtype: 'float32', values: (rng, count) => rng.uniformArray(count, low, high) };
}

/** Integers from 0 to below `below`, of type int32. */
export function integers(shape: readonly number[], below: number): ParityInput {
  return {
    shape,
    dtype: 'int32',
    values: (rng, count) => Float32Array.from({ length: count }, () => rng.integer(below)),
  };
}

/** Float values from {-1, 0, 1}, so that maxima tie. */
export function ties(shape: readonly number[]): ParityInput {
  return {
    shape,
    dtype: 'float32',
    values: (rng, count) => Float32Array.from({ length: count }, () => rng.integer(3) - 1),
  };
}

/** Normal values with some replaced: `at` maps positions to values, such as NaN. */
export function normalExcept(shape: readonly number[], at: Readonly<Record<number, number>>): ParityInput {
  return {
    shape,
    dtype: 'float32',
    values(rng, count) {
      const values = rng.normalArray(count);
      for (const [position, value] of Object.entries(at)) values[Number(position)] = value;
      return values;
    },
  };
}

/** These values. */
export function exactly(values: readonly number[], shape: readonly number[] = [values.length]): ParityInput {
  return { shape, dtype: 'float32', values: () => Float32Array.from(values) };
}

/** An input as a tensor of the current backend. */
export function toTensor(input: ParityInput, rng: Rng): tf.Tensor {
  const count = tf.util.sizeFromShape([...input.shape]);
  return tf.tensor(input.values(rng, count), [...input.shape], input.dtype);
}
