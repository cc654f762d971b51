import * as tf from '@tensorflow/tfjs';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

export interface SymmetricEigen {
  /** Largest first. */
  readonly values: Float64Array;
  /** [size, size], one eigenvector a column, in the order of `values`. The caller disposes it. */
  readonly vectors: tf.Tensor2D;
}

/** Eigenvalues and orthonormal eigenvectors of a symmetric matrix, in double precision. */
export function symmetricEigen(matrix: tf.Tensor2D): SymmetricEigen {
  const [size] = matrix.shape;
  const entries = Array.from(matrix.dataSync());
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(
    Matrix.from1DArray(size, size, entries),
    { assumeSymmetric: true },
  );
  const order = realEigenvalues.map((_, i) => i).sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!);
  return {
    values: Float64Array.from(order, (i) => realEigenvalues[i]!),
    vectors: tf.tensor2d(
      eigenvectorMatrix.to2DArray().map((row) => order.map((i) => row[i]!)),
      [size, size],
    ),
  };
}
