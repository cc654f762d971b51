import { bidiagonalise, type Bidiagonal } from './bidiagonalise.ts';
import { zeroMatrix, type DenseMatrix } from './dense-matrix.ts';
import { tridiagonalEigenvalues } from './tridiagonal-eigenvalues.ts';

/** The sum of a matrix's singular values. */
export function nuclearNorm(matrix: DenseMatrix): number {
  return singularValues(matrix).reduce((sum, value) => sum + value, 0);
}

/** As many as the shorter side has, in no order. Their error is that of rounding the largest one. */
export function singularValues(matrix: DenseMatrix): Float64Array {
  if (Math.min(matrix.rows, matrix.columns) === 0) return new Float64Array(0);
  return bidiagonalValues(bidiagonalise(tallCopy(matrix)));
}

function tallCopy({ rows, columns, values }: DenseMatrix): DenseMatrix {
  if (rows >= columns) return { rows, columns, values: values.slice() };
  const transposed = zeroMatrix(columns, rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) transposed.values[j * rows + i] = values[i * columns + j]!;
  }
  return transposed;
}

/**
 * The symmetric matrix with B and its transpose beside the diagonal has the singular values of B and their negatives as eigenvalues;
 * with rows and columns taken in turn it is tridiagonal, with a diagonal of zeros (Golub and Kahan 1965). Unlike the eigenvalues of
 * B' B, nothing is squared, which would lose half the digits of small ones.
 */
function bidiagonalValues({ diagonal, above }: Bidiagonal): Float64Array {
  const n = diagonal.length;
  const beside = new Float64Array(2 * n - 1);
  for (let i = 0; i < n; i++) {
    beside[2 * i] = diagonal[i]!;
    if (i < n - 1) beside[2 * i + 1] = above[i]!;
  }
  // Each value and its negative: the larger half.
  return tridiagonalEigenvalues(new Float64Array(2 * n), beside)
    .sort()
    .subarray(n)
    .map((value) => Math.max(0, value));
}
