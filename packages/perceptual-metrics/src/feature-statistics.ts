import { Matrix } from 'ml-matrix';
import type { FeatureSet } from './feature-set.ts';

/** Mean and covariance of a set of features, in float64. */
export interface FeatureStatistics {
  readonly mean: Float64Array;
  /** [dimensions, dimensions], divided by n - 1. */
  readonly covariance: Matrix;
}

/** @param count rows of the set, from 2 */
export function featureStatistics({ values, dimensions }: FeatureSet, count: number): FeatureStatistics {
  const mean = new Float64Array(dimensions);
  for (let i = 0; i < values.length; i++) mean[i % dimensions]! += values[i]! / count;
  // Centred first: a sum of squares minus the square of the sum loses digits where means are large.
  const row = new Float64Array(dimensions);
  const sums = Array.from({ length: dimensions }, () => new Float64Array(dimensions));
  for (let n = 0; n < count; n++) {
    for (let i = 0; i < dimensions; i++) row[i] = values[n * dimensions + i]! - mean[i]!;
    for (let i = 0; i < dimensions; i++) {
      const [sum, value] = [sums[i]!, row[i]!];
      for (let j = 0; j <= i; j++) sum[j]! += value * row[j]!;
    }
  }
  const covariance = Matrix.zeros(dimensions, dimensions);
  for (let i = 0; i < dimensions; i++) {
    for (let j = 0; j <= i; j++) {
      const value = sums[i]![j]! / (count - 1);
      covariance.set(i, j, value);
      covariance.set(j, i, value);
    }
  }
  return { mean, covariance };
}
