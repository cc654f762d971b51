import { NonFiniteError } from '@paretrain/core';
import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import type { Rows } from './rows.ts';

/** Rows that are added between two calls of `onBlock`, a multiple of 4. */
const BLOCK_ROWS = 2048;

/**
 * The sum of x x' over some of the rows x. Changing which ones costs as much as the rows that come and go, which become few
 * as a solver of support vector machines nears its solution.
 */
export class RowProducts {
  readonly #rows: Rows;
  /** 1 for the rows in the sum. */
  readonly #included: Uint8Array;
  /** width x width, of use is the lower triangle; and a row to spare. */
  readonly #sums: Float64Array;

  private constructor(rows: Rows, included: Uint8Array, sums: Float64Array) {
    this.#rows = rows;
    this.#included = included;
    this.#sums = sums;
  }

  /** The sum over no rows. */
  static none(rows: Rows): RowProducts {
    return new RowProducts(rows, new Uint8Array(rows.count), new Float64Array((rows.width + 1) * rows.width));
  }

  clone(): RowProducts {
    return new RowProducts(this.#rows, this.#included.slice(), this.#sums.slice());
  }

  /**
   * Makes it the sum over the rows for which `included` holds 1, and no others 0.
   * @param onBlock called between blocks of rows; may throw to stop, and leaves this of no use then
   */
  async include(included: Uint8Array, onBlock?: () => Promise<void>): Promise<void> {
    let changes = 0;
    let remaining = 0;
    included.forEach((now, i) => {
      remaining += now;
      if (now !== this.#included[i]) changes++;
    });
    if (changes > remaining) {
      this.#included.fill(0);
      this.#sums.fill(0);
    }
    const changed: number[] = [];
    included.forEach((now, i) => {
      if (now !== this.#included[i]) changed.push(i);
    });
    for (let first = 0; first < changed.length; first += 4) {
      if (first % BLOCK_ROWS === 0) await onBlock?.();
      this.#toggle(changed.slice(first, first + 4));
    }
  }

  /**
   * Solves (I + scale * this) x = right. Where rounding has left that indefinite, as copies of large columns do, the diagonal
   * grows by the smallest share that mends it.
   * @throws {NonFiniteError} when the entries leave the finite numbers
   */
  solve(scale: number, right: Float64Array): Float64Array {
    const { count, width } = this.#rows;
    const smallest = (count + width) * Number.EPSILON;
    for (let growth = 0; growth < 1; growth = Math.max(smallest, 100 * growth)) {
      const decomposition = new CholeskyDecomposition(this.#system(scale, growth));
      if (!decomposition.isPositiveDefinite()) continue;
      return Float64Array.from(decomposition.solve(Matrix.columnVector(right)).to1DArray());
    }
    throw notFinite();
  }

  #system(scale: number, growth: number): Matrix {
    const { width } = this.#rows;
    const matrix = new Matrix(width, width);
    for (let j = 0; j < width; j++) {
      for (let k = 0; k <= j; k++) {
        const entry = scale * this.#sums[j * width + k]!;
        if (!Number.isFinite(entry)) throw notFinite();
        matrix.set(j, k, entry);
        matrix.set(k, j, entry);
      }
      matrix.set(j, j, 1 + matrix.get(j, j) * (1 + growth));
    }
    return matrix;
  }

  /** Adds up to four rows that are not in the sum, takes away those that are; together, as the sums are far from the processor. */
  #toggle(rows: readonly number[]): void {
    const { width, values } = this.#rows;
    const sums = this.#sums;
    const [a, b, c, d] = [0, 1, 2, 3].map((n) => (rows[n] ?? 0) * width) as [number, number, number, number];
    const [fa, fb, fc, fd] = [0, 1, 2, 3].map((n) => {
      const row = rows[n];
      return row === undefined ? 0 : this.#included[row] ? -1 : 1;
    }) as [number, number, number, number];
    // Two rows of the sums at a time; with an odd width the last is done once more, into the row to spare.
    for (let j = 0; j < width; j += 2) {
      const next = Math.min(j + 1, width - 1);
      const [xa, ya] = [fa * values[a + j]!, fa * values[a + next]!];
      const [xb, yb] = [fb * values[b + j]!, fb * values[b + next]!];
      const [xc, yc] = [fc * values[c + j]!, fc * values[c + next]!];
      const [xd, yd] = [fd * values[d + j]!, fd * values[d + next]!];
      for (let k = 0, at = j * width; k <= next; k++, at++) {
        const va = values[a + k]!;
        const vb = values[b + k]!;
        const vc = values[c + k]!;
        const vd = values[d + k]!;
        sums[at]! += xa * va + xb * vb + (xc * vc + xd * vd);
        sums[at + width]! += ya * va + yb * vb + (yc * vc + yd * vd);
      }
    }
    for (const row of rows) this.#included[row]! ^= 1;
  }
}

function notFinite(): NonFiniteError {
  return new NonFiniteError(
    'linear-svm: C times the squares of the embeddings leaves the finite numbers, valid: a smaller C, or standardise',
  );
}
