import { parseArgs } from 'node:util';
import { Rng } from '@paretrain/core';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { featureStatistics, frechetDistance, type FeatureStatistics } from '../src/index.ts';

/*
 * Processor time of the Frechet distance of two sets' statistics, and of the same by ml-matrix's eigenvalue decompositions, in one run
 * (the time by the clock differs where other work runs). `--without N`: from N features on ml-matrix is left out.
 */
const { values } = parseArgs({
  options: {
    dimensions: { type: 'string', default: '320,640,1280,2048' },
    without: { type: 'string', default: '2000' },
  },
});

for (const dimensions of values.dimensions.split(',').map(Number)) {
  const set = (seed: number) => ({
    values: Rng.stream(seed, 'features').normalArray((dimensions + 100) * dimensions),
    dimensions,
  });
  const [making, [a, b]] = timed(() => [featureStatistics(set(1)), featureStatistics(set(2))] as const);
  const [own, distance] = timed(() => frechetDistance(a, b));
  const line = `${dimensions} features: statistics of two sets of ${dimensions + 100} images ${making} s, distance ${own} s`;
  if (dimensions >= Number(values.without)) {
    console.log(line);
    continue;
  }
  const [other, expected] = timed(() => byEigenvectors(a, b));
  const difference = Math.abs(distance / expected - 1).toExponential(0);
  console.log(`${line}, by ml-matrix ${other} s; relative difference ${difference}`);
}

function timed<T>(work: () => T): [seconds: string, result: T] {
  const begin = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(begin);
  return [((user + system) / 1e6).toFixed(1), result];
}

/** tr (S1^(1/2) S2 S1^(1/2))^(1/2), with both roots through eigenvalues. */
function byEigenvectors(a: FeatureStatistics, b: FeatureStatistics): number {
  const [first, second] = [a, b].map(({ dimensions, covariance }) =>
    Matrix.from1DArray(dimensions, dimensions, covariance),
  ) as [Matrix, Matrix];
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(first, {
    assumeSymmetric: true,
  });
  const roots = realEigenvalues.map((value) => Math.sqrt(Math.max(0, value)));
  const root = eigenvectorMatrix.clone().mulRowVector(roots).mmul(eigenvectorMatrix.transpose());
  const product = root.mmul(second).mmul(root);
  const symmetric = Matrix.add(product, product.transpose()).mul(0.5);
  const cross = new EigenvalueDecomposition(symmetric, { assumeSymmetric: true }).realEigenvalues;
  const means = a.mean.reduce((sum, value, i) => sum + (value - b.mean[i]!) ** 2, 0);
  const trace = cross.reduce((sum, value) => sum + Math.sqrt(Math.max(0, value)), 0);
  return means + first.trace() + second.trace() - 2 * trace;
}
