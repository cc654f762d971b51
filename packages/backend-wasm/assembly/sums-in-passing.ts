/**
 * Sums of A's quarters for Strassen's products (strassen.ts), made in passing: while the tiles of one product are computed, they also make the next sum, a vector
 * every step. Fused multiplications set the pace of a tile and leave the units that load, add and store half idle, so that the sums, 4 % of a product with 64
 * columns where they are made for themselves, take 1 to 2 %. Two buffers suffice: for the sum in use and the next one.
 */
import { multiplyTileMaking, multiplyTileOnto, PANEL_COLUMNS, PANEL_ROWS } from './block';
import { LEFT_STRIDE } from './cache-blocks';
import { ADD } from './quarters';

/** Whether it pays. Separate multiplications and additions keep all units busy: made in passing, sums would take longer, 1.01 to 1.03 of the whole. */
export const MAKING_PAYS: bool = ASC_FEATURE_RELAXED_SIMD;
/** Rows that one tile makes (scripts/micro-kernel.mjs). */
const MADE_ROWS: i32 = 4;

/** Rows of a sum, or of a difference, that are still to make. */
// @ts-ignore: decorator
@unmanaged
export class Sum {
  /** ADD or SUBTRACT. */
  way: i32;
  rows: i32;
  /** The next row of the first quarter, how many bytes behind it that of the second lies, and how many from row to row. */
  from: usize;
  second: usize;
  stride: usize;
  /** Where it goes; LEFT_STRIDE bytes from row to row. */
  to: usize;
}

export const SUM_BYTES: i32 = 24;

function moveOn(sum: Sum, rows: i32): void {
  sum.rows -= rows;
  sum.from += rows * sum.stride;
  sum.to += rows * LEFT_STRIDE;
}

/** multiplyRowsOnto (block.ts) for the rows at `left`, those of the table; tiles make rows of `sum`, as long as theirs, while there are enough. */
export function multiplyMaking(
  table: usize, left: usize, rowPanels: i32, right: usize, rightPanelBytes: usize, columnPanels: i32, depth: i32,
  out: usize, outStride: usize, outputs: usize, outputsEnd: usize, sum: Sum,
): void {
  let leftOffset = left - load<u32>(table);
  for (let column = 0; column < columnPanels; column++) {
    let rightOffset = column * rightPanelBytes;
    let to = out + column * (PANEL_COLUMNS * 4);
    for (let row = 0; row < rowPanels; row++) {
      if (sum.rows >= MADE_ROWS) {
        multiplyTileMaking(
          left, row * (PANEL_ROWS * LEFT_STRIDE), right, rightOffset, depth, to, outStride, outputs, outputsEnd,
          sum.from, sum.second, sum.stride, sum.to, sum.way == ADD,
        );
        moveOn(sum, MADE_ROWS);
      } else {
        multiplyTileOnto(table + row * (PANEL_ROWS * 4), leftOffset, right, rightOffset, depth, to, outStride, outputs, outputsEnd);
      }
      to += PANEL_ROWS * outStride;
    }
  }
}

/** Makes what is left of a sum, rows of `depth` floats. */
export function addRows(sum: Sum, depth: i32): void {
  let bytes: usize = depth << 2;
  for (; sum.rows > 0; moveOn(sum, 1)) {
    let to = sum.to;
    for (let from = sum.from, end = from + bytes; from < end; from += 16) {
      let x = v128.load(from);
      let y = v128.load(from + sum.second);
      v128.store(to, sum.way == ADD ? f32x4.add(x, y) : f32x4.sub(x, y));
      to += 16;
    }
  }
}
