import { Rng } from '@paretrain/core';
import { expectAllclose } from '@paretrain/testing';
import { EigenvalueDecomposition, Matrix, SingularValueDecomposition } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { addRowProducts } from '../src/linear-algebra/add-row-products.ts';
import { bidiagonalise } from '../src/linear-algebra/bidiagonalise.ts';
import { zeroMatrix, type DenseMatrix } from '../src/linear-algebra/dense-matrix.ts';
import { factorCovariance } from '../src/linear-algebra/factor-covariance.ts';
import { nuclearNorm, singularValues } from '../src/linear-algebra/nuclear-norm.ts';
import { tridiagonalEigenvalues } from '../src/linear-algebra/tridiagonal-eigenvalues.ts';

function normal(rows: number, columns: number, seed = 0): DenseMatrix {
  const values = Float64Array.from(Rng.stream(seed, 'matrix').normalArray(rows * columns));
  return { rows, columns, values };
}

function toMatrix({ rows, columns, values }: DenseMatrix): Matrix {
  return Matrix.from1DArray(rows, columns, values);
}

const descending = (values: ArrayLike<number>): number[] => Array.from(values).sort((a, b) => b - a);

/** S = F' F by ml-matrix. */
function squared(factor: DenseMatrix): DenseMatrix {
  const product = toMatrix(factor).transpose().mmul(toMatrix(factor));
  return { rows: factor.columns, columns: factor.columns, values: Float64Array.from(product.to1DArray()) };
}

describe('addRowProducts', () => {
  // Sizes around those of the tiles and the blocks.
  it.each([
    [1, 1, 1],
    [4, 2, 512],
    [5, 7, 513],
    [9, 4, 1030],
  ])('gives the products of %i rows with %i of %i numbers, added to what was there', (m, n, columns) => {
    const [a, b, sum] = [normal(m, columns, 1), normal(n, columns, 2), normal(m, n, 3)];
    const expected = Matrix.add(toMatrix(sum), toMatrix(a).mmul(toMatrix(b).transpose()));
    addRowProducts(sum, a, b);
    expectAllclose(sum.values, expected.to1DArray(), 1e-13);
  });

  it('gives the lower triangle alone', () => {
    const a = normal(11, 20);
    const [lower, whole] = [zeroMatrix(11, 11), zeroMatrix(11, 11)];
    addRowProducts(lower, a, a, 'lower');
    addRowProducts(whole, a, a);
    for (let i = 0; i < 11; i++) {
      for (let j = 0; j <= i; j++) expect(lower.values[i * 11 + j]).toBe(whole.values[i * 11 + j]);
    }
    expect(lower.values[10]).toBe(0);
  });
});

describe('factorCovariance', () => {
  it('gives a factor of the whole rank', () => {
    const covariance = squared(normal(30, 17));
    const factor = factorCovariance(covariance);
    expect(factor.rows).toBe(17);
    expectAllclose(squared(factor).values, covariance.values, 1e-13);
  });

  it('finds what depends on the rest, whatever the scales', () => {
    const features = normal(40, 12);
    for (let i = 0; i < 40; i++) {
      const row = features.values.subarray(i * 12, (i + 1) * 12);
      row[3] = 0;
      row[5] = 2 * row[1]! - row[7]!;
      row[9] = row[0]!;
      row.forEach((value, j) => (row[j] = value * 10 ** -j));
    }
    const covariance = squared(features);
    const factor = factorCovariance(covariance);
    expect(factor.rows).toBe(9);
    const again = squared(factor);
    for (let i = 0; i < 12; i++) {
      for (let j = 0; j < 12; j++) {
        const at = i * 12 + j;
        expect(Math.abs(again.values[at]! - covariance.values[at]!)).toBeLessThan(1e-12 * 10 ** -(i + j));
      }
    }
    expect(factorCovariance(zeroMatrix(4, 4)).rows).toBe(0);
  });
});

describe('singularValues', () => {
  it.each([
    [1, 1],
    [2, 2],
    [7, 5],
    [5, 8],
    [30, 30],
    [33, 31],
  ])("of %ix%i equal ml-matrix's, and the matrix stays", (rows, columns) => {
    const matrix = normal(rows, columns);
    const before = matrix.values.slice();
    const expected = new SingularValueDecomposition(toMatrix(matrix), { autoTranspose: true }).diagonal;
    const values = singularValues(matrix);
    expectAllclose(descending(values), descending(expected).slice(0, Math.min(rows, columns)), 1e-12);
    expect(nuclearNorm(matrix)).toBeCloseTo(
      expected.reduce((sum, value) => sum + value, 0),
      10,
    );
    expect(matrix.values).toEqual(before);
  });

  it('of a matrix of low rank are zero but for rounding', () => {
    const [a, b] = [normal(20, 3, 1), normal(15, 3, 2)];
    const product = zeroMatrix(20, 15);
    addRowProducts(product, a, b);
    const values = descending(singularValues(product));
    expect(values[2]).toBeGreaterThan(1);
    expect(values[3]).toBeLessThan(1e-13);
    expect(nuclearNorm(zeroMatrix(6, 4))).toBe(0);
    expect(nuclearNorm(zeroMatrix(0, 4))).toBe(0);
  });

  it('keep their digits at any scale', () => {
    for (const scale of [1e-200, 1e200]) {
      const matrix = normal(6, 6);
      const expected = descending(singularValues(matrix));
      const scaled = { ...matrix, values: matrix.values.map((value) => value * scale) };
      expectAllclose(
        descending(singularValues(scaled)).map((value) => value / scale),
        expected,
        1e-12,
      );
    }
  });
});

describe('bidiagonalise', () => {
  it('gives a matrix of the same singular values', () => {
    const matrix = normal(12, 9);
    const expected = new SingularValueDecomposition(toMatrix(matrix), { autoTranspose: true }).diagonal;
    const { diagonal, above } = bidiagonalise(matrix);
    const bidiagonal = Matrix.diag(Array.from(diagonal));
    above.forEach((value, i) => bidiagonal.set(i, i + 1, value));
    expectAllclose(new SingularValueDecomposition(bidiagonal).diagonal, expected, 1e-12);
  });
});

describe('tridiagonalEigenvalues', () => {
  it.each([1, 2, 3, 40])("of a matrix of %i equal ml-matrix's", (n) => {
    const rng = Rng.stream(n, 'tridiagonal');
    const [diagonal, beside] = [rng.normalArray(n), rng.normalArray(n - 1)].map((x) => Float64Array.from(x));
    const matrix = Matrix.diag(Array.from(diagonal!));
    beside!.forEach((value, i) => {
      matrix.set(i, i + 1, value);
      matrix.set(i + 1, i, value);
    });
    const expected = new EigenvalueDecomposition(matrix, { assumeSymmetric: true }).realEigenvalues;
    expectAllclose(descending(tridiagonalEigenvalues(diagonal!, beside!)), descending(expected), 1e-12);
  });

  it('of matrices that fall apart, and of zeros', () => {
    const values = tridiagonalEigenvalues(Float64Array.of(1, 1, 5, 0), Float64Array.of(2, 0, 0));
    expectAllclose(descending(values), [5, 3, 0, -1], 1e-15);
    expect(tridiagonalEigenvalues(new Float64Array(3), new Float64Array(2))).toEqual(new Float64Array(3));
  });
});
