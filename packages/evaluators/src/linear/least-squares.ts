import { Matrix, QrDecomposition, SingularValueDecomposition } from 'ml-matrix';
import { columnMeans } from './column-means.ts';

export interface LeastSquaresData {
  readonly count: number;
  readonly size: number;
  readonly outputSize: number;
  /** count x size. */
  readonly inputs: Float32Array;
  /** count x outputSize. */
  readonly targets: Float32Array;
}

export interface LeastSquaresModel {
  /** count x outputSize. */
  predict(inputs: Float32Array, count: number): Float64Array;
  /** Number of independent columns among the centred inputs. */
  readonly rank: number;
}

/** Rows that one QR decomposition takes at a time; memory stays at this many rows in double precision. */
const BLOCK_ROWS = 512;

/**
 * Ordinary least squares with an intercept, without ridge: of all solutions the one with the smallest weights, as
 * `numpy.linalg.lstsq` and scikit-learn's `LinearRegression` choose it. The centred data are reduced block by block to a
 * triangle (Householder QR), whose singular values decide the rank.
 * @param onBlock called between blocks; may throw to stop
 */
export async function fitLeastSquares(
  data: LeastSquaresData,
  onBlock?: () => Promise<void>,
): Promise<LeastSquaresModel> {
  const { count, size, outputSize } = data;
  const inputMeans = columnMeans(data.inputs, size);
  const targetMeans = columnMeans(data.targets, outputSize);
  const triangle = await reduce(data, inputMeans, targetMeans, onBlock);
  const rows = Math.min(size, triangle.rows);
  const svd = new SingularValueDecomposition(triangle.subMatrix(0, rows - 1, 0, size - 1), {
    autoTranspose: true,
  });
  const singular = svd.diagonal;
  const threshold = Math.max(...singular, 0) * Number.EPSILON * Math.max(count, size);
  const right = triangle.subMatrix(0, rows - 1, size, size + outputSize - 1);
  const projected = svd.leftSingularVectors.transpose().mmul(right);
  let rank = 0;
  singular.forEach((value, i) => {
    const kept = value > threshold;
    if (kept) rank++;
    for (let o = 0; o < outputSize; o++) projected.set(i, o, kept ? projected.get(i, o) / value : 0);
  });
  const weights = svd.rightSingularVectors.mmul(projected);
  return {
    rank,
    predict: (inputs, n) => {
      const predictions = new Float64Array(n * outputSize);
      for (let i = 0; i < n; i++) {
        for (let o = 0; o < outputSize; o++) {
          let sum = targetMeans[o]!;
          for (let j = 0; j < size; j++) sum += (inputs[i * size + j]! - inputMeans[j]!) * weights.get(j, o);
          predictions[i * outputSize + o] = sum;
        }
      }
      return predictions;
    },
  };
}

/** The triangle R of [inputs, targets] = Q R, both centred; fewer rows where there are fewer than columns. */
async function reduce(
  data: LeastSquaresData,
  inputMeans: Float64Array,
  targetMeans: Float64Array,
  onBlock: (() => Promise<void>) | undefined,
): Promise<Matrix> {
  const { size, outputSize } = data;
  const columns = size + outputSize;
  let triangle: Matrix | undefined;
  for (let first = 0; first < data.count; first += BLOCK_ROWS) {
    await onBlock?.();
    const rows = Math.min(BLOCK_ROWS, data.count - first);
    const kept = triangle?.rows ?? 0;
    const block = new Matrix(kept + rows, columns);
    if (triangle) block.setSubMatrix(triangle, 0, 0);
    for (let i = 0; i < rows; i++) {
      const row = first + i;
      for (let j = 0; j < size; j++) block.set(kept + i, j, data.inputs[row * size + j]! - inputMeans[j]!);
      for (let o = 0; o < outputSize; o++) {
        block.set(kept + i, size + o, data.targets[row * outputSize + o]! - targetMeans[o]!);
      }
    }
    triangle = block.rows > columns ? new QrDecomposition(block).upperTriangularMatrix : block;
  }
  return triangle!;
}
