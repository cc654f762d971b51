import { expect } from 'vitest';

/** Random directions on which a tensor is projected, and values of it that are stored. */
const DIRECTIONS = 16;
const SAMPLES = 128;

/** Murmur3's 32-bit finaliser. */
function mix(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}

/** 32-bit FNV-1a. */
function seedOf(name: string): number {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) value = Math.imul(value ^ byte, 0x01000193);
  return value;
}

/**
 * `count` numbers uniform in [low, high) that the scripts making reference values compute too, so that large weights need
 * not be stored: the i-th is a hash of i and the name. Exact in float32 on both sides.
 */
export function formulaUniform(name: string, count: number, low = -1, high = 1): Float32Array {
  const seed = seedOf(name);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    values[i] = low + (high - low) * ((mix(Math.imul(i, 0x9e3779b1) ^ seed) >>> 8) / 2 ** 24);
  }
  return values;
}

/**
 * A tensor in 145 numbers or fewer: its norm, its projections on 16 random directions r_k of +1 and -1 per element, and up
 * to 128 of its values, evenly spread.
 *
 * For an error e that does not know the directions, E (r_k e)^2 = |e|^2: the mean square of the differences of the 16
 * projections estimates the whole tensor's |e|, however large it is. The estimate behaves like chi-squared with 16 degrees
 * of freedom: it falls below a third of |e| with a probability of 3e-6. {@link expectDigest} takes three times the estimate.
 */
export function digest(values: Float32Array): Float32Array {
  const seed = seedOf('direction');
  // Elements with the same 16 signs are added up first: one addition an element instead of 16.
  const sums = new Float64Array(2 ** DIRECTIONS);
  let square = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    square += value * value;
    sums[mix(Math.imul(i, 0x9e3779b1) ^ seed) & (sums.length - 1)]! += value;
  }
  const projections = new Float64Array(DIRECTIONS);
  for (let signs = 0; signs < sums.length; signs++) {
    const sum = sums[signs]!;
    if (sum === 0) continue;
    for (let k = 0; k < DIRECTIONS; k++) projections[k]! += (signs >>> k) & 1 ? -sum : sum;
  }
  const count = Math.min(SAMPLES, values.length);
  const samples = Array.from({ length: count }, (_, j) => values[Math.floor((j * values.length) / count)]!);
  return Float32Array.from([Math.sqrt(square), ...projections, ...samples]);
}

/** The norm-relative difference of two tensors, estimated from their digests: by projections, and by the samples. */
export function digestError(
  received: Float32Array,
  expected: Float32Array,
  size: number,
): { readonly projections: number; readonly samples: number } {
  if (received.length !== expected.length) return { projections: NaN, samples: NaN };
  const norm = expected[0]!;
  const rootMeanSquare = (begin: number, end: number): number => {
    let sum = 0;
    for (let i = begin; i < end; i++) sum += (received[i]! - expected[i]!) ** 2;
    return Math.sqrt(sum / (end - begin));
  };
  const first = 1 + DIRECTIONS;
  return {
    projections: rootMeanSquare(1, first) / norm,
    samples: (rootMeanSquare(first, expected.length) * Math.sqrt(size)) / norm,
  };
}

/** Fails unless every loss agrees to a relative `tolerance` (default 1e-4). */
export function expectParityLosses(received: Float32Array, expected: Float32Array, tolerance = 1e-4): void {
  const errors = Array.from(expected, (loss, i) => Math.abs(received[i]! / loss - 1));
  expect(
    errors.every((error) => error <= tolerance),
    `losses ${received.join(', ')}, expected ${expected.join(', ')}`,
  ).toBe(true);
}

/**
 * The norm-relative difference of a tensor from its reference's digest, pessimistically: three times the estimate from the
 * projections, and that of the norms themselves. The samples, which cover only part of a large tensor, count too as an
 * independent check of the order of elements. NaN where the digests are not of tensors of one size.
 */
export function digestDifference(received: Float32Array, expected: Float32Array): number {
  const own = digest(received);
  const error = digestError(own, expected, received.length);
  const norms = Math.abs(own[0]! - expected[0]!) / expected[0]!;
  // The samples of a small tensor are all of it, and their difference is no estimate.
  const complete = received.length <= SAMPLES;
  return complete ? error.samples : Math.max(3 * error.projections, error.samples, norms);
}

/** Fails unless two tensors agree to a norm-relative `tolerance` (default 1e-4), judged by {@link digestDifference}. */
export function expectDigest(
  received: Float32Array,
  expected: Float32Array | undefined,
  what: string,
  tolerance = 1e-4,
): void {
  expect(expected, `reference of ${what}`).toBeDefined();
  const worst = digestDifference(received, expected!);
  expect(
    worst <= tolerance,
    `${what}: estimated norm-relative error ${worst}, at most ${tolerance}; first received ` +
      `[${Array.from(received).slice(0, 4).join(', ')}], norm expected ${expected![0]}`,
  ).toBe(true);
}
