import { DataError } from '@paretrain/core';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { checkSameDimensions, rowCount, type FeatureSet } from './feature-set.ts';
import { featureStatistics } from './feature-statistics.ts';

const NAME = 'Frechet distance';

/**
 * Squared Frechet distance of two normal distributions that have the sets' means and covariances (Heusel et al. 2017, "GANs
 * Trained by a Two Time-Scale Update Rule", FID where the features are Inception-v3's): |m1 - m2|^2 + tr(S1 + S2 - 2 (S1 S2)^(1/2)),
 * from 0, in the square of the features' unit. Float64 throughout; covariances are divided by n - 1.
 *
 * The square root's trace is that of (S1^(1/2) S2 S1^(1/2))^(1/2), a symmetric matrix, through eigenvalues; time grows with the
 * cube of the dimensions: seconds for 320, minutes for 1,280.
 *
 * @throws {DataError} where a set has no more images than features, so that its covariance is singular; naming how many it needs
 * @throws {ShapeError} where the sets have different features
 */
export function frechetDistance(a: FeatureSet, b: FeatureSet): number {
  checkSameDimensions(NAME, a, b);
  const [first, second] = [
    featureStatistics(a, enoughRows('first', a)),
    featureStatistics(b, enoughRows('second', b)),
  ];
  const means = first.mean.reduce((sum, value, i) => sum + (value - second.mean[i]!) ** 2, 0);
  const root = squareRoot(first.covariance);
  const product = symmetric(root.mmul(second.covariance).mmul(root));
  const eigenvalues = new EigenvalueDecomposition(product, { assumeSymmetric: true }).realEigenvalues;
  const cross = eigenvalues.reduce((sum, value) => sum + Math.sqrt(Math.max(0, value)), 0);
  // Rounding leaves a little below zero for equal sets.
  return Math.max(0, means + first.covariance.trace() + second.covariance.trace() - 2 * cross);
}

function enoughRows(which: string, set: FeatureSet): number {
  const count = rowCount(`${NAME}: ${which} set`, set);
  if (count <= set.dimensions) {
    throw new DataError(
      `${NAME}: the ${which} set has ${count} images, ${set.dimensions} features need at least ${set.dimensions + 1}; ` +
        'use the kernel distance for small sets',
    );
  }
  return count;
}

/** Of a symmetric matrix without negative eigenvalues but for rounding. */
function squareRoot(matrix: Matrix): Matrix {
  const { realEigenvalues, eigenvectorMatrix: vectors } = new EigenvalueDecomposition(matrix, {
    assumeSymmetric: true,
  });
  const roots = realEigenvalues.map((value) => Math.sqrt(Math.max(0, value)));
  return symmetric(vectors.clone().mulRowVector(roots).mmul(vectors.transpose()));
}

/** Products of symmetric matrices are symmetric only up to rounding. */
function symmetric(matrix: Matrix): Matrix {
  return Matrix.add(matrix, matrix.transpose()).mul(0.5);
}
