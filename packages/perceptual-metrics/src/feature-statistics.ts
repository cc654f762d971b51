import { DataError } from '@paretrain/core';
import { rowCount, type FeatureSet } from './feature-set.ts';
import { addRowProducts } from './linear-algebra/add-row-products.ts';
import { zeroMatrix, type DenseMatrix } from './linear-algebra/dense-matrix.ts';

/** Mean and covariance of a set of features, in float64: all that the Frechet distance takes, of any number of images. */
export interface FeatureStatistics {
  /** Images of the set. */
  readonly count: number;
  readonly dimensions: number;
  readonly mean: Float64Array;
  /** Row-major [dimensions, dimensions], divided by count - 1. */
  readonly covariance: Float64Array;
}

/** Images that are multiplied at once; so many of 2,048 features are 8 MB. */
const BLOCK = 512;

/**
 * Mean and covariance of a set, to compare it with several others or to keep them for later. Time grows with the number of images and
 * the square of the features.
 * @throws {DataError} where there are fewer than two images, or a feature is not finite
 * @throws {ShapeError} where the values do not fill whole rows
 */
export function featureStatistics(set: FeatureSet): FeatureStatistics {
  const { dimensions } = set;
  const count = rowCount('feature statistics', set);
  if (count < 2) throw new DataError(`feature statistics: the set has ${count} images, it needs at least 2`);
  const mean = meanOf(set, count);
  const covariance = zeroMatrix(dimensions, dimensions);
  for (let begin = 0; begin < count; begin += BLOCK) {
    const centred = centredFeatures(set, mean, begin, Math.min(begin + BLOCK, count));
    addRowProducts(covariance, centred, centred, 'lower');
  }
  const { values } = covariance;
  for (let i = 0; i < dimensions; i++) {
    for (let j = 0; j <= i; j++) {
      const value = values[i * dimensions + j]! / (count - 1);
      values[i * dimensions + j] = value;
      values[j * dimensions + i] = value;
    }
  }
  return { count, dimensions, mean, covariance: values };
}

function meanOf({ values, dimensions }: FeatureSet, count: number): Float64Array {
  const mean = new Float64Array(dimensions);
  for (let n = 0; n < count; n++) {
    for (let i = 0; i < dimensions; i++) mean[i]! += values[n * dimensions + i]! / count;
  }
  return mean;
}

/**
 * [dimensions, images]: rows are what is multiplied. Centred first: a sum of squares minus the square of the sum loses digits where means are
 * large.
 */
function centredFeatures(
  { values, dimensions }: FeatureSet,
  mean: Float64Array,
  begin: number,
  end: number,
): DenseMatrix {
  const centred = zeroMatrix(dimensions, end - begin);
  for (let n = begin; n < end; n++) {
    for (let i = 0; i < dimensions; i++) {
      centred.values[i * centred.columns + n - begin] = values[n * dimensions + i]! - mean[i]!;
    }
  }
  return centred;
}
