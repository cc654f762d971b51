import { rowsOf, zeroMatrix, type DenseMatrix } from './dense-matrix.ts';

type Rows = readonly Float64Array[];

/**
 * A factor F of a symmetric matrix without negative eigenvalues: S = F' F, [rank, n]. Cholesky's decomposition with pivoting (Higham,
 * "Analysis of the Cholesky decomposition of a semi-definite matrix", 1990): features that depend on others or never change give no
 * row. Which comes next is decided by the share of its own variance that is left, so features' scales do not matter.
 * @param covariance [n, n]; of both triangles
 */
export function factorCovariance(covariance: DenseMatrix): DenseMatrix {
  const n = covariance.rows;
  const variances = Float64Array.from({ length: n }, (_, i) => covariance.values[i * n + i]!);
  const left = variances.slice();
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  const [source, factor] = [rowsOf(covariance), rowsOf(zeroMatrix(n, n))];
  const smallest = n * Number.EPSILON;
  let rank = 0;
  for (; rank < n; rank++) {
    const at = largestShare(left, variances, order, rank);
    if (!(left[order[at]!]! > smallest * variances[order[at]!]!)) break;
    exchange(factor, order, rank, at);
    if (!addRow(factor, source, order, rank)) break;
    const row = factor[rank]!;
    for (let j = rank; j < n; j++) left[order[j]!]! -= row[j]! ** 2;
  }
  return inOriginalOrder(factor, order, rank);
}

function largestShare(left: Float64Array, variances: Float64Array, order: Uint32Array, from: number): number {
  let [best, largest] = [from, -Infinity];
  for (let j = from; j < order.length; j++) {
    const share = left[order[j]!]! / variances[order[j]!]!;
    if (share > largest) [best, largest] = [j, share];
  }
  return best;
}

/** Two features change places, so that those which have a row stand in front. */
function exchange(factor: Rows, order: Uint32Array, one: number, other: number): void {
  for (const row of [order, ...factor.slice(0, one)]) [row[one], row[other]] = [row[other]!, row[one]!];
}

/** The next row; false where rounding leaves nothing of its feature's variance. */
function addRow(factor: Rows, covariance: Rows, order: Uint32Array, rank: number): boolean {
  const [n, row] = [order.length, factor[rank]!];
  const source = covariance[order[rank]!]!;
  for (let j = rank; j < n; j++) row[j] = source[order[j]!]!;
  let i = 0;
  // Four rows at once: the sum is loaded and stored once for all.
  for (; i + 3 < rank; i += 4) {
    const r0 = factor[i]!;
    const r1 = factor[i + 1]!;
    const r2 = factor[i + 2]!;
    const r3 = factor[i + 3]!;
    const [f0, f1, f2, f3] = [r0[rank]!, r1[rank]!, r2[rank]!, r3[rank]!];
    for (let j = rank; j < n; j++) row[j]! -= f0 * r0[j]! + f1 * r1[j]! + f2 * r2[j]! + f3 * r3[j]!;
  }
  for (; i < rank; i++) {
    const before = factor[i]!;
    const factorOf = before[rank]!;
    for (let j = rank; j < n; j++) row[j]! -= factorOf * before[j]!;
  }
  if (!(row[rank]! > 0)) return false;
  const root = Math.sqrt(row[rank]!);
  for (let j = rank; j < n; j++) row[j]! /= root;
  return true;
}

function inOriginalOrder(factor: Rows, order: Uint32Array, rank: number): DenseMatrix {
  const ordered = zeroMatrix(rank, order.length);
  rowsOf(ordered).forEach((row, i) => {
    for (let j = i; j < order.length; j++) row[order[j]!] = factor[i]![j]!;
  });
  return ordered;
}
