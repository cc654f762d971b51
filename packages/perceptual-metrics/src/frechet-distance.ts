import { DataError, ShapeError } from '@paretrain/core';
import { checkSameDimensions, rowCount, type FeatureSet } from './feature-set.ts';
import { featureStatistics, type FeatureStatistics } from './feature-statistics.ts';
import { addRowProducts } from './linear-algebra/add-row-products.ts';
import { zeroMatrix, type DenseMatrix } from './linear-algebra/dense-matrix.ts';
import { factorCovariance } from './linear-algebra/factor-covariance.ts';
import { nuclearNorm } from './linear-algebra/nuclear-norm.ts';

const NAME = 'Frechet distance';

/**
 * Squared Frechet distance of two normal distributions that have the sets' means and covariances (Heusel et al. 2017, "GANs
 * Trained by a Two Time-Scale Update Rule", FID where the features are those of `inception_v3`):
 * |m1 - m2|^2 + tr(S1 + S2 - 2 (S1 S2)^(1/2)), from 0, in the square of the features' unit. Float64 throughout; covariances are divided
 * by n - 1, and may be singular, as where a feature never changes.
 *
 * With S1 = F1' F1 and S2 = F2' F2 the square root's trace is the sum of the singular values of F1 F2'. Time grows with the cube of the
 * features' number.
 *
 * @param a features, or what `featureStatistics` makes of them
 * @throws {DataError} where a set has no more images than features, so that its covariance says little; naming how many it needs
 * @throws {ShapeError} where the sets have different features
 */
export function frechetDistance(
  a: FeatureSet | FeatureStatistics,
  b: FeatureSet | FeatureStatistics,
): number {
  checkSameDimensions(NAME, a, b);
  const [first, second] = [statisticsOf('first', a), statisticsOf('second', b)];
  const means = first.mean.reduce((sum, value, i) => sum + (value - second.mean[i]!) ** 2, 0);
  const [f, g] = [factorCovariance(covarianceOf(first)), factorCovariance(covarianceOf(second))];
  const product = zeroMatrix(f.rows, g.rows);
  addRowProducts(product, f, g);
  // Rounding leaves a little below zero for equal sets.
  return Math.max(0, means + trace(first) + trace(second) - 2 * nuclearNorm(product));
}

function statisticsOf(which: string, set: FeatureSet | FeatureStatistics): FeatureStatistics {
  const count = 'covariance' in set ? set.count : rowCount(`${NAME}: ${which} set`, set);
  if (count <= set.dimensions) {
    throw new DataError(
      `${NAME}: the ${which} set has ${count} images, ${set.dimensions} features need at least ${set.dimensions + 1}; ` +
        'use the kernel distance for small sets',
    );
  }
  return 'covariance' in set ? checked(which, set) : featureStatistics(set);
}

/** Statistics may come from a file. */
function checked(which: string, statistics: FeatureStatistics): FeatureStatistics {
  const { dimensions, mean, covariance } = statistics;
  if (mean.length !== dimensions || covariance.length !== dimensions ** 2) {
    const valid = `${dimensions} means and a covariance of ${dimensions ** 2} numbers`;
    throw new ShapeError(`${NAME}: ${which} set: statistics`, [mean.length, covariance.length], valid);
  }
  if (!mean.every(Number.isFinite) || !covariance.every(Number.isFinite)) {
    throw new DataError(`${NAME}: ${which} set: the statistics hold a NaN or an infinity`);
  }
  return statistics;
}

function covarianceOf({ dimensions, covariance }: FeatureStatistics): DenseMatrix {
  return { rows: dimensions, columns: dimensions, values: covariance };
}

function trace({ dimensions, covariance }: FeatureStatistics): number {
  let sum = 0;
  for (let i = 0; i < dimensions; i++) sum += covariance[i * dimensions + i]!;
  return sum;
}
