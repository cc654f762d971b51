import type { RowProducts } from './row-products.ts';
import { addRow, dotRow, type Rows } from './rows.ts';

/**
 * Half the squared weights, plus for each row the integral of its clipped slack: with the margin m = sign (w . row), the slack
 * shift + steepness (1 - m) is kept between 0 and `limit`. That is quadratic in between and linear above.
 */
export interface ClippedSquares {
  readonly rows: Rows;
  /** 1 or -1, one per row. */
  readonly signs: Int8Array;
  /** One per row. */
  readonly shifts: Float64Array;
  readonly steepness: number;
  readonly limit: number;
}

/** Where a descent is. */
export interface DescentState {
  readonly weights: Float64Array;
  /** Slack of every row before it is clipped. */
  readonly slacks: Float64Array;
  /** Of the objective by the weights: weights - sum of sign * clipped slack * row. */
  readonly gradient: Float64Array;
}

export interface DescentOptions {
  /** Whether this is good enough. */
  readonly done: (state: DescentState) => boolean;
  readonly maxIterations: number;
  /** Called between iterations; may throw to stop. */
  readonly onIteration?: (() => Promise<void>) | undefined;
}

export interface Descent extends DescentState {
  readonly iterations: number;
}

/**
 * Minimises clipped squares by Newton's method with the generalised Hessian I + steepness * (sum of x x' over the rows whose
 * slack is within its limits) and an exact line search (Keerthi and DeCoste 2005, A modified finite Newton method for fast
 * solution of large scale linear SVMs). It ends after finitely many steps, typically ten to twenty, whatever the scales and
 * correlations of the columns.
 * @param products of the same rows; follows them from step to step
 */
export async function descend(
  problem: ClippedSquares,
  start: Float64Array,
  products: RowProducts,
  { done, maxIterations, onIteration }: DescentOptions,
): Promise<Descent> {
  const { rows, signs, shifts, steepness, limit } = problem;
  const { count, width, values } = rows;
  const weights = start.slice();
  const slacks = Float64Array.from(
    shifts,
    (shift, i) => shift + steepness * (1 - signs[i]! * dotRow(values, i * width, weights)),
  );
  const within = new Uint8Array(count);
  const changes = new Float64Array(count);
  for (let iterations = 0; ; iterations++) {
    const gradient = weights.slice();
    for (let i = 0; i < count; i++) {
      const slack = slacks[i]!;
      within[i] = slack > 0 && slack < limit ? 1 : 0;
      if (slack > 0) addRow(gradient, -signs[i]! * Math.min(slack, limit), values, i * width);
    }
    const state = { weights, slacks, gradient };
    if (done(state) || iterations === maxIterations) return { ...state, iterations };
    await onIteration?.();
    await products.include(within, onIteration);
    const step = products.solve(
      steepness,
      gradient.map((value) => -value),
    );
    for (let i = 0; i < count; i++) {
      changes[i] = -steepness * signs[i]! * dotRow(values, i * width, step);
    }
    const length = lowest(slacks, changes, problem, dotRow(weights, 0, step), dotRow(step, 0, step));
    // No way down is left but for rounding.
    if (length === 0) return { ...state, iterations };
    addRow(weights, length, step, 0);
    addRow(slacks, length, changes, 0);
  }
}

/**
 * How far to go along a step: where the slope, which rises from below zero and is straight from kink to kink, is zero; 0 when the
 * step does not lead down.
 * @param changes of the slacks for the whole step
 * @param along weights times step
 * @param squared step times step
 */
function lowest(
  slacks: Float64Array,
  changes: Float64Array,
  { steepness, limit }: ClippedSquares,
  along: number,
  squared: number,
): number {
  const slopeAt = (length: number): { slope: number; curvature: number } => {
    let slope = along + length * squared;
    let curvature = squared;
    for (let i = 0; i < slacks.length; i++) {
      const change = changes[i]!;
      const slack = slacks[i]! + length * change;
      if (slack <= 0) continue;
      slope += (Math.min(slack, limit) * change) / steepness;
      if (slack < limit) curvature += (change * change) / steepness;
    }
    return { slope, curvature };
  };
  const first = slopeAt(0).slope;
  if (!(first < 0)) return 0;
  let low = 0;
  let high = Infinity;
  let length = 1;
  for (let trial = 0; trial < 60; trial++) {
    const { slope, curvature } = slopeAt(length);
    if (Math.abs(slope) <= -1e-3 * first) break;
    if (slope < 0) low = length;
    else high = length;
    const next = length - slope / curvature;
    if (next > low && next < high) length = next;
    else length = high === Infinity ? 2 * low : (low + high) / 2;
  }
  return length;
}
