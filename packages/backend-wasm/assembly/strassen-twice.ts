/**
 * C = op(A) op(B) by Strassen's algorithm twice over: the seven products of quarters (quarters.ts) are computed by strassen.ts, 49 products where the sum has 64.
 * Quarters are those of blocks of at most 2 BLOCK rows, columns and steps; their sums are stored, two of the seven operands are read where they lie. A tile
 * goes from the registers to as many as four outputs.
 *
 * Rounding: within 1e-5 of the largest value of the plain sum.
 */
import { PANEL_COLUMNS } from './block';
import {
  appendOutputs, combineQuarters, COPY_3, describeProducts, OUTPUT_BYTES, OVERWRITE, productAt, PRODUCTS, PRODUCTS_BYTES, setOutput,
} from './quarters';
import { evenly, multiplyHalves, strassenWorkspace } from './strassen';

/** Sizes from which on it is faster than once. */
const SMALLEST_ROWS: i32 = 256;
const SMALLEST_COLUMNS: i32 = 256;
const SMALLEST_DEPTH: i32 = 384;
/** Halves of columns and steps are multiples of what strassen.ts takes whole; those of rows are whole vectors where A is stored transposed. */
const ROW_UNIT: i32 = 4;
const COLUMN_UNIT: i32 = 2 * PANEL_COLUMNS;
const DEPTH_UNIT: i32 = 8;
/** Rows, columns and steps of a quarter, at most. */
const BLOCK: i32 = 512;

/** Sums: those of the operands that are not quarters themselves. */
const SUMS: i32 = 5;
const LINE_BYTES: i32 = 64;
/** Between rows of the sums: not a power of two. */
const STRIDE: i32 = BLOCK * 4 + LINE_BYTES;
const SUM_BYTES: i32 = BLOCK * STRIDE;
const OUTPUTS_BYTES: i32 = 3 * OUTPUT_BYTES;
const HEADER_BYTES: i32 = PRODUCTS_BYTES + OUTPUTS_BYTES + LINE_BYTES;

/** Bytes of workspace that multiplyTwice needs. */
export function twiceWorkspace(): i32 {
  return HEADER_BYTES + 2 * SUMS * SUM_BYTES + strassenWorkspace(BLOCK, BLOCK);
}

// @ts-ignore: decorator
@inline export function isVeryLarge(m: i32, n: i32, k: i32): bool {
  return m >= SMALLEST_ROWS && n >= SMALLEST_COLUMNS && k >= SMALLEST_DEPTH;
}

/** Rows, columns and steps of the reduction that are taken, over both halves; the rest is for other products. */
// @ts-ignore: decorator
@inline export function rowsTwice(m: i32): i32 {
  return m / (2 * ROW_UNIT) * (2 * ROW_UNIT);
}

// @ts-ignore: decorator
@inline export function columnsTwice(n: i32): i32 {
  return n / (2 * COLUMN_UNIT) * (2 * COLUMN_UNIT);
}

// @ts-ignore: decorator
@inline export function depthTwice(k: i32): i32 {
  return k / (2 * DEPTH_UNIT) * (2 * DEPTH_UNIT);
}

/** The sums of an operand's quarters at `start`, `across` and `down` bytes apart, of rows x columns floats as they are stored. */
function sumQuarters(start: usize, across: usize, down: usize, rows: i32, columns: i32, stride: i32, sums: usize): void {
  combineQuarters(start, across, down, rows, columns, stride, sums, STRIDE, 32, SUM_BYTES, false);
}

/** Where an operand lies: among the sums, or in the matrix itself, `diagonal` bytes between its first quarter and its last. */
// @ts-ignore: decorator
@inline function operandAt(operand: i32, sums: usize, start: usize, diagonal: usize): usize {
  if (operand < SUMS) return sums + operand * SUM_BYTES;
  return operand == COPY_3 ? start + diagonal : start;
}

/** The first rowsTwice(m) x columnsTwice(n) outputs over the first depthTwice(k) steps; strides are bytes between rows as they are stored. */
export function multiplyTwice(
  a: usize, aStride: i32, transposeA: bool, b: usize, bStride: i32, transposeB: bool, c: usize, cStride: i32,
  m: i32, n: i32, k: i32, workspace: usize,
): void {
  let products = workspace;
  let all = products + PRODUCTS_BYTES;
  let outputs = all + OUTPUT_BYTES;
  let aSums = (workspace + HEADER_BYTES) & ~(LINE_BYTES - 1);
  let bSums = aSums + SUMS * SUM_BYTES;
  let free = bSums + SUMS * SUM_BYTES;
  describeProducts(products);
  setOutput(all, 0, OVERWRITE);
  let halfM = rowsTwice(m) / 2;
  let halfN = columnsTwice(n) / 2;
  let halfK = depthTwice(k) / 2;
  let rowBlock = evenly(halfM, BLOCK, ROW_UNIT);
  let columnBlock = evenly(halfN, BLOCK, COLUMN_UNIT);
  let depthBlock = evenly(halfK, BLOCK, DEPTH_UNIT);
  for (let column = 0; column < halfN; column += columnBlock) {
    let columns = min(columnBlock, halfN - column);
    for (let step = 0; step < halfK; step += depthBlock) {
      let depth = min(depthBlock, halfK - step);
      let bStart = b + 2 * (transposeB ? column * bStride + (step << 2) : step * bStride + (column << 2));
      let bAcross: usize = transposeB ? columns * bStride : columns << 2;
      let bDown: usize = transposeB ? depth << 2 : depth * bStride;
      sumQuarters(bStart, bAcross, bDown, transposeB ? columns : depth, transposeB ? depth : columns, bStride, bSums);
      for (let row = 0; row < halfM; row += rowBlock) {
        let rows = min(rowBlock, halfM - row);
        let aStart = a + 2 * (transposeA ? step * aStride + (row << 2) : row * aStride + (step << 2));
        let aAcross: usize = transposeA ? depth * aStride : depth << 2;
        let aDown: usize = transposeA ? rows << 2 : rows * aStride;
        sumQuarters(aStart, aAcross, aDown, transposeA ? depth : rows, transposeA ? rows : depth, aStride, aSums);
        for (let i = 0; i < PRODUCTS; i++) {
          let product = productAt(products, i);
          let end = appendOutputs(outputs, all, outputs, product.first, product.firstWay, step > 0, rows * cStride, columns << 2);
          end = appendOutputs(end, all, outputs, product.second, product.secondWay, step > 0, rows * cStride, columns << 2);
          multiplyHalves(
            operandAt(product.a, aSums, aStart, aAcross + aDown), product.a < SUMS ? STRIDE : aStride, transposeA,
            operandAt(product.b, bSums, bStart, bAcross + bDown), product.b < SUMS ? STRIDE : bStride, transposeB,
            c + 2 * (row * cStride + (column << 2)), cStride,
            rows, columns, depth, outputs, end, free,
          );
        }
      }
    }
  }
}
