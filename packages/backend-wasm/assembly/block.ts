/**
 * Chooses the generated micro-kernel of this build (`scripts/micro-kernel.mjs` writes it).
 *
 * Relaxed SIMD: 6 rows x 8 columns, 12 accumulators. The fused multiply-add has a latency of 4 cycles and two issue ports, so at
 * least 8 independent accumulators are needed and 12 hide it well; with 2 registers for the right operand and 1 for the
 * broadcast left value that is 15 of the 16 SSE registers. 4x12 and 3x16 spill.
 * Plain SIMD: 4 x 8; the separate multiplication needs a register more, and 6 rows spill.
 */
import {
  directOntoTile4x8, multiplyBlock4x8, multiplyColumnsOnto4x8, multiplyRows4x8, multiplyRowsOnto4x8,
} from './generated/block-4x8';
import {
  addingTile6x8, directOntoTile6x8, multiplyBlock6x8, multiplyColumnsOnto6x8, multiplyRows6x8, multiplyRowsOnto6x8, subtractingTile6x8,
} from './generated/block-6x8';

/** Rows of the output computed together: the height of a packed panel of the left operand. */
export const PANEL_ROWS: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 4;
/** Columns of the output computed together: the width of a packed panel of the right operand. */
export const PANEL_COLUMNS: i32 = 8;

/**
 * Row panels packed together and multiplied by one packed column panel after the other: 24 rows, 24 KB, which stay in the first-level
 * cache. More would spread the outputs over too many pages, which slows products with many columns and little depth most.
 */
export const ROW_PANELS: i32 = 24 / PANEL_ROWS;

/**
 * Multiplies every row panel by every column panel of one cache block; see the generated file for the meaning of the arguments.
 */
// @ts-ignore: decorator
@inline export function multiplyBlock(
  left: usize, leftPanelBytes: usize, rowPanels: i32,
  right: usize, rightPanelBytes: usize, columnPanels: i32,
  depth: i32, outputTable: usize, columnTable: usize, accumulate: bool, outputEnd: usize, tile: usize,
): void {
  if (ASC_FEATURE_RELAXED_SIMD) {
    multiplyBlock6x8(left, leftPanelBytes, rowPanels, right, rightPanelBytes, columnPanels, depth, outputTable, columnTable, accumulate, outputEnd, tile);
  } else {
    multiplyBlock4x8(left, leftPanelBytes, rowPanels, right, rightPanelBytes, columnPanels, depth, outputTable, columnTable, accumulate, outputEnd, tile);
  }
}

/** Column panels up to which packing the left operand costs more than it saves: every packed value is used once a panel. */
export const DIRECT_COLUMN_PANELS: i32 = 24;
/** Row panels that one pass of multiplyRows should take, so that they stay in the first-level cache between column panels. */
export const DIRECT_ROW_PANELS: i32 = 4;

/** The same with the left operand read from its rows, which must be contiguous along the reduction. */
// @ts-ignore: decorator
@inline export function multiplyRows(
  left: usize, leftOffset: usize, rowPanels: i32,
  right: usize, rightPanelBytes: usize, columnPanels: i32,
  depth: i32, outputTable: usize, columnTable: usize, accumulate: bool, outputEnd: usize, tile: usize,
): void {
  if (ASC_FEATURE_RELAXED_SIMD) {
    multiplyRows6x8(left, leftOffset, rowPanels, right, rightPanelBytes, columnPanels, depth, outputTable, columnTable, accumulate, outputEnd, tile);
  } else {
    multiplyRows4x8(left, leftOffset, rowPanels, right, rightPanelBytes, columnPanels, depth, outputTable, columnTable, accumulate, outputEnd, tile);
  }
}

/** Whole panels onto several outputs, the left operand read from its rows. */
// @ts-ignore: decorator
@inline export function multiplyRowsOnto(
  left: usize, leftOffset: usize, rowPanels: i32, right: usize, rightPanelBytes: usize, columnPanels: i32, depth: i32,
  out: usize, outStride: usize, outputs: usize, outputsEnd: usize,
): void {
  if (ASC_FEATURE_RELAXED_SIMD) {
    multiplyRowsOnto6x8(left, leftOffset, rowPanels, right, rightPanelBytes, columnPanels, depth, out, outStride, outputs, outputsEnd);
  } else {
    multiplyRowsOnto4x8(left, leftOffset, rowPanels, right, rightPanelBytes, columnPanels, depth, out, outStride, outputs, outputsEnd);
  }
}

/** The same with the left operand stored by columns of 24 rows. */
// @ts-ignore: decorator
@inline export function multiplyColumnsOnto(
  left: usize, rowPanels: i32, right: usize, rightPanelBytes: usize, columnPanels: i32, depth: i32,
  out: usize, outStride: usize, outputs: usize, outputsEnd: usize,
): void {
  if (ASC_FEATURE_RELAXED_SIMD) {
    multiplyColumnsOnto6x8(left, rowPanels, right, rightPanelBytes, columnPanels, depth, out, outStride, outputs, outputsEnd);
  } else {
    multiplyColumnsOnto4x8(left, rowPanels, right, rightPanelBytes, columnPanels, depth, out, outStride, outputs, outputsEnd);
  }
}

/** One tile of multiplyRowsOnto. */
// @ts-ignore: decorator
@inline export function multiplyTileOnto(
  left: usize, leftOffset: usize, right: usize, rightOffset: usize, depth: i32, out: usize, outStride: usize, outputs: usize, outputsEnd: usize,
): void {
  if (ASC_FEATURE_RELAXED_SIMD) {
    directOntoTile6x8(left, leftOffset, right, rightOffset, depth, out, outStride, outputs, outputsEnd);
  } else {
    directOntoTile4x8(left, leftOffset, right, rightOffset, depth, out, outStride, outputs, outputsEnd);
  }
}

/**
 * The same for a left operand whose rows lie LEFT_STRIDE bytes apart; makes rows of the next one in passing (sums-in-passing.ts, relaxed SIMD only). Its
 * pointers are passed as sums, with 0, for what scripts/micro-kernel.mjs says of them.
 */
// @ts-ignore: decorator
@inline export function multiplyTileMaking(
  left: usize, leftOffset: usize, right: usize, rightOffset: usize, depth: i32, out: usize, outStride: usize, outputs: usize, outputsEnd: usize,
  from: usize, second: usize, stride: usize, sum: usize, adds: bool,
): void {
  if (adds) addingTile6x8(left, leftOffset, right, rightOffset, depth, out, outStride, outputs, outputsEnd, from, 0, second, stride, sum, 0);
  else subtractingTile6x8(left, leftOffset, right, rightOffset, depth, out, outStride, outputs, outputsEnd, from, 0, second, stride, sum, 0);
}
