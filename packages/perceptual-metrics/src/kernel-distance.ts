import { DataError } from '@paretrain/core';
import { checkSameDimensions, rowCount, type FeatureSet } from './feature-set.ts';

const NAME = 'kernel distance';

/**
 * Kernel distance of two sets (KID of Binkowski et al. 2018, "Demystifying MMD GANs"): the unbiased estimate of the squared maximum
 * mean discrepancy with the kernel (x . y / dimensions + 1)^3, over all pairs. Unlike the Frechet distance it has no bias that depends on
 * the number of images, so small sets will do; it may be a little below 0 for sets of the same distribution. Float64; time
 * grows with the square of the number of images.
 *
 * @throws {DataError} where a set has fewer than two images
 * @throws {ShapeError} where the sets have different features
 */
export function kernelDistance(a: FeatureSet, b: FeatureSet): number {
  checkSameDimensions(NAME, a, b);
  const [m, n] = [enoughRows('first', a), enoughRows('second', b)];
  return withinSet(a, m) + withinSet(b, n) - 2 * betweenSets(a, m, b, n);
}

function enoughRows(which: string, set: FeatureSet): number {
  const count = rowCount(`${NAME}: ${which} set`, set);
  if (count < 2) throw new DataError(`${NAME}: the ${which} set has ${count} images, it needs at least 2`);
  return count;
}

/** The kernel's mean over pairs of different images. */
function withinSet(set: FeatureSet, count: number): number {
  let sum = 0;
  for (let i = 1; i < count; i++) for (let j = 0; j < i; j++) sum += kernel(set, i, set, j);
  return (2 * sum) / (count * (count - 1));
}

function betweenSets(a: FeatureSet, m: number, b: FeatureSet, n: number): number {
  let sum = 0;
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) sum += kernel(a, i, b, j);
  return sum / (m * n);
}

function kernel(a: FeatureSet, i: number, b: FeatureSet, j: number): number {
  const { dimensions } = a;
  const [x, y] = [a.values, b.values];
  const [from, other] = [i * dimensions, j * dimensions];
  let product = 0;
  for (let k = 0; k < dimensions; k++) product += x[from + k]! * y[other + k]!;
  return (product / dimensions + 1) ** 3;
}
