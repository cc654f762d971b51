import { rowsOf, type DenseMatrix } from './dense-matrix.ts';

/** A matrix with nothing but a diagonal and the one above it. */
export interface Bidiagonal {
  readonly diagonal: Float64Array;
  /** One shorter. */
  readonly above: Float64Array;
}

/** H = 1 - scale v v', a reflection that leaves of a vector only its first number. */
interface Reflection {
  readonly vector: Float64Array;
  readonly scale: number;
  /** What the first number becomes. */
  readonly first: number;
}

/**
 * Brings a matrix to bidiagonal form by reflections from both sides, which leaves its singular values as they are (Golub and Kahan,
 * "Calculating the singular values and pseudo-inverse of a matrix", 1965). Time grows with the cube of the side and is that of
 * reading the matrix, so each step reads it twice only: what one step changes is written while the next one's sums are made.
 * @param matrix at least as many rows as columns; its values are overwritten
 */
export function bidiagonalise(matrix: DenseMatrix): Bidiagonal {
  const { rows, columns } = matrix;
  const part = rowsOf(matrix);
  const diagonal = new Float64Array(columns);
  const above = new Float64Array(Math.max(0, columns - 1));
  // What the steps so far have left to subtract from the matrix: u y' + x v', vectors of rows and of columns.
  let u: Float64Array = new Float64Array(rows);
  let x: Float64Array = new Float64Array(rows);
  let y: Float64Array = new Float64Array(columns);
  let v: Float64Array = new Float64Array(columns);
  for (let k = 0; k < columns; k++) {
    const column = new Float64Array(rows - k);
    for (let i = k; i < rows; i++) {
      column[i - k] = part[i]![k]! - u[i]! * y[k]! - x[i]! * v[k]!;
    }
    const left = reflect(column);
    diagonal[k] = left.first;
    const nextU = new Float64Array(rows);
    nextU.set(left.vector, k);
    const nextY = subtractAndSum(part, k, { u, y, x, v }, nextU);
    for (let j = k + 1; j < columns; j++) nextY[j]! *= left.scale;
    [u, y] = [nextU, nextY];
    [x, v] = [new Float64Array(rows), new Float64Array(columns)];
    if (k + 1 === columns) break;

    const row = new Float64Array(columns - k - 1);
    for (let j = k + 1; j < columns; j++) row[j - k - 1] = part[k]![j]! - u[k]! * y[j]!;
    const right = reflect(row);
    above[k] = right.first;
    v.set(right.vector, k + 1);
    multiply(part, k, v, x);
    const overlap = dot(y, v, k + 1);
    for (let i = k + 1; i < rows; i++) x[i] = right.scale * (x[i]! - u[i]! * overlap);
  }
  return { diagonal, above };
}

interface Outstanding {
  readonly u: Float64Array;
  readonly y: Float64Array;
  readonly x: Float64Array;
  readonly v: Float64Array;
}

type Rows = readonly Float64Array[];

/** Subtracts u y' + x v' from the part behind row and column k, and gives that part's product with `weights` from the left. */
function subtractAndSum(
  rows: Rows,
  k: number,
  { u, y, x, v }: Outstanding,
  weights: Float64Array,
): Float64Array {
  const columns = y.length;
  const sums = new Float64Array(columns);
  let i = k;
  // Two rows at once: the vectors of columns are loaded once for both.
  for (; i + 1 < rows.length; i += 2) {
    const a = rows[i]!;
    const b = rows[i + 1]!;
    const [ua, ub, xa, xb] = [u[i]!, u[i + 1]!, x[i]!, x[i + 1]!];
    const [wa, wb] = [weights[i]!, weights[i + 1]!];
    for (let j = k + 1; j < columns; j++) {
      const yj = y[j]!;
      const vj = v[j]!;
      const na = a[j]! - ua * yj - xa * vj;
      const nb = b[j]! - ub * yj - xb * vj;
      a[j] = na;
      b[j] = nb;
      sums[j]! += wa * na + wb * nb;
    }
  }
  for (; i < rows.length; i++) {
    const row = rows[i]!;
    for (let j = k + 1; j < columns; j++) {
      row[j]! -= u[i]! * y[j]! + x[i]! * v[j]!;
      sums[j]! += weights[i]! * row[j]!;
    }
  }
  return sums;
}

/** The product of the rows behind k with a vector that is zero up to k. */
function multiply(rows: Rows, k: number, vector: Float64Array, result: Float64Array): void {
  let i = k + 1;
  for (; i + 3 < rows.length; i += 4) {
    const a = rows[i]!;
    const b = rows[i + 1]!;
    const c = rows[i + 2]!;
    const d = rows[i + 3]!;
    let [sa, sb, sc, sd] = [0, 0, 0, 0];
    for (let j = k + 1; j < vector.length; j++) {
      const factor = vector[j]!;
      sa += a[j]! * factor;
      sb += b[j]! * factor;
      sc += c[j]! * factor;
      sd += d[j]! * factor;
    }
    result[i] = sa;
    result[i + 1] = sb;
    result[i + 2] = sc;
    result[i + 3] = sd;
  }
  for (; i < rows.length; i++) result[i] = dot(rows[i]!, vector, k + 1);
}

function dot(a: Float64Array, b: Float64Array, from: number): number {
  let sum = 0;
  for (let j = from; j < a.length; j++) sum += a[j]! * b[j]!;
  return sum;
}

/** Householder's reflection of a vector, which is overwritten. */
function reflect(vector: Float64Array): Reflection {
  const length = norm(vector);
  // Nothing to reflect: all zero, or only the first number is not.
  if (length === Math.abs(vector[0]!)) {
    return { vector: new Float64Array(vector.length), scale: 0, first: vector[0]! };
  }
  // Of both ways the one without cancellation.
  const first = vector[0]! > 0 ? -length : length;
  const change = vector[0]! - first;
  for (let i = 1; i < vector.length; i++) vector[i]! /= change;
  vector[0] = 1;
  return { vector, scale: -change / first, first };
}

/** Without overflow or underflow on the way. */
function norm(vector: Float64Array): number {
  const largest = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest === 0) return 0;
  return largest * Math.sqrt(vector.reduce((sum, value) => sum + (value / largest) ** 2, 0));
}
