/** Training rows of a linear classifier, shared by the problems of all classes. */
export interface Rows {
  readonly count: number;
  /** Numbers per row; the last is the constant 1 that carries the intercept. */
  readonly width: number;
  /** count x width. */
  readonly values: Float64Array;
}

/** Product of the row that starts at `first` with the weights. */
export function dotRow(values: Float64Array, first: number, weights: Float64Array): number {
  const width = weights.length;
  // Four sums, so that an addition need not wait for the one before.
  let [a, b, c, d] = [0, 0, 0, 0];
  let j = 0;
  for (let at = first; j + 3 < width; j += 4, at += 4) {
    a += values[at]! * weights[j]!;
    b += values[at + 1]! * weights[j + 1]!;
    c += values[at + 2]! * weights[j + 2]!;
    d += values[at + 3]! * weights[j + 3]!;
  }
  for (; j < width; j++) a += values[first + j]! * weights[j]!;
  return a + b + (c + d);
}

/** Adds `factor` times the row that starts at `first` to `sums`. */
export function addRow(sums: Float64Array, factor: number, values: Float64Array, first: number): void {
  for (let j = 0; j < sums.length; j++) sums[j]! += factor * values[first + j]!;
}
