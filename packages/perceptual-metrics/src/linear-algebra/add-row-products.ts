import { rowsOf, type DenseMatrix } from './dense-matrix.ts';

/** Columns that are multiplied before the next rows come: four rows of so many lie in the first-level cache. */
const BLOCK = 512;

/**
 * sum += a b', the products of each row of `a` with each row of `b`. Four by two rows at once, as many as there are registers for:
 * every number that is loaded is used in several products.
 * @param sum [a.rows, b.rows]
 * @param a [a.rows, columns] @param b [b.rows, columns]
 * @param part `lower`: only where b's row is not behind a's in number, for symmetric products; those right above the diagonal may be
 * added too
 */
export function addRowProducts(
  sum: DenseMatrix,
  a: DenseMatrix,
  b: DenseMatrix,
  part: 'whole' | 'lower' = 'whole',
): void {
  const [sums, as, bs] = [sum, a, b].map(rowsOf) as [Rows, Rows, Rows];
  for (let begin = 0; begin < a.columns; begin += BLOCK) {
    const end = Math.min(begin + BLOCK, a.columns);
    for (let i = 0; i < a.rows; i += 4) {
      const last = part === 'lower' ? Math.min(i + 4, b.rows) : b.rows;
      for (let j = 0; j < last; j += 2) addTile(sums, as, bs, i, j, begin, end);
    }
  }
}

type Rows = readonly Float64Array[];

/** For rows beyond the last one the first of the tile stands in, and what it gives is dropped. */
function addTile(sums: Rows, a: Rows, b: Rows, i: number, j: number, begin: number, end: number): void {
  const a0 = a[i]!;
  const a1 = a[i + 1] ?? a0;
  const a2 = a[i + 2] ?? a0;
  const a3 = a[i + 3] ?? a0;
  const b0 = b[j]!;
  const b1 = b[j + 1] ?? b0;
  let s00 = 0;
  let s01 = 0;
  let s10 = 0;
  let s11 = 0;
  let s20 = 0;
  let s21 = 0;
  let s30 = 0;
  let s31 = 0;
  for (let k = begin; k < end; k++) {
    const x = b0[k]!;
    const y = b1[k]!;
    s00 += a0[k]! * x;
    s01 += a0[k]! * y;
    s10 += a1[k]! * x;
    s11 += a1[k]! * y;
    s20 += a2[k]! * x;
    s21 += a2[k]! * y;
    s30 += a3[k]! * x;
    s31 += a3[k]! * y;
  }
  const tile = [s00, s01, s10, s11, s20, s21, s30, s31];
  for (let row = 0; row < 4 && i + row < a.length; row++) {
    for (let column = 0; column < 2 && j + column < b.length; column++) {
      sums[i + row]![j + column]! += tile[2 * row + column]!;
    }
  }
}
