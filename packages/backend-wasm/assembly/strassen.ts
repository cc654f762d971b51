/**
 * C = op(A) op(B) for large matrices by one level of Strassen's algorithm: 7 products of quarters where the sum has 8 (Strassen, "Gaussian elimination is
 * not optimal", 1969). With quarters A0 A1 / A2 A3, and so on:
 *   (A0 + A3)(B0 + B3) to C0 and C3     A3 (B2 - B0) to C0 and C2       (A2 - A0)(B0 + B1) to C3
 *   (A2 + A3) B0 to C2 and -C3          (A0 + A1) B3 to C1 and -C0      (A1 - A3)(B2 + B3) to C0
 *   A0 (B1 - B3) to C1 and C3
 * No quarter is ever stored: operands are added while they are packed, and a tile of the product is added to both outputs while it is in registers
 * (Huang, Smith, Henry and van de Geijn, "Strassen's algorithm reloaded", 2016). Blocking is that of panel-product.ts.
 *
 * Rounding: within 8e-6 of the largest value of the plain sum. A NaN or an infinity spreads to the row or column at the same place of the other half.
 *
 * Against the plain product, taken in turns: 0.84 to 1.09 times as fast on Ice Lake, 1.01 in the middle; 1.08 to 1.13 on Zen 5 (bench/matrix-product.ts, one core, relaxed
 * build); decision 14.
 */
import { DEPTH_BLOCK, multiplyPair, PANEL_COLUMNS, PANEL_ROWS, ROW_PANELS } from './block';
import { packLeftColumns, packLeftRows, packRightColumns } from './packing';
import { denseRows } from './tables';

/** Sizes from which on it is faster, each of the three. */
const SMALLEST: i32 = 384;
/** Rows of a half are a multiple of this: whole panels, and whole vectors where the left operand is stored transposed. */
const ROW_UNIT: i32 = 12;
const DEPTH_UNIT: i32 = 4;
const ROW_BLOCK: i32 = ROW_PANELS * PANEL_ROWS;
/** Column panels that are packed together. */
const COLUMN_PANELS: i32 = 128;
/** Panels of one pass over rows of the right operand: whole cache lines, and fewer pages visited. */
const PACKED_TOGETHER: i32 = 16;

const LEFT_BYTES: i32 = ROW_BLOCK * DEPTH_BLOCK * 4;
const RIGHT_BYTES: i32 = COLUMN_PANELS * PANEL_COLUMNS * DEPTH_BLOCK * 4;
const TABLE_BYTES: i32 = (DEPTH_BLOCK + ROW_BLOCK) * 4;
const HEADER_BYTES: i32 = 128;

/** Bytes of workspace that multiplyHalves needs. */
export const STRASSEN_BYTES: i32 = HEADER_BYTES + 2 * LEFT_BYTES + RIGHT_BYTES + TABLE_BYTES;

/** The matrices' halves: sizes, and how many bytes lie between neighbours along either axis. */
// @ts-ignore: decorator
@unmanaged
class Halves {
  m: i32;
  n: i32;
  k: i32;
  a: usize;
  /** Between rows as they are stored. */
  aStride: i32;
  transposeA: bool;
  b: usize;
  bStride: i32;
  transposeB: bool;
  c: usize;
  cStride: i32;
  /** Packed left panels; a block of the left operand, or a panel of the right one, summed; packed right panels. */
  left: usize;
  sum: usize;
  right: usize;
  /** Addresses of the rows of a summed block. */
  table: usize;
}

// @ts-ignore: decorator
@inline export function isLarge(m: i32, n: i32, k: i32): bool {
  return m >= SMALLEST && n >= SMALLEST && k >= SMALLEST;
}

/** Rows, columns and steps of the reduction that a half takes; what is left over of twice that is for the plain product. */
// @ts-ignore: decorator
@inline export function halfRows(m: i32): i32 {
  return m / (2 * ROW_UNIT) * ROW_UNIT;
}

// @ts-ignore: decorator
@inline export function halfColumns(n: i32): i32 {
  return n / (2 * PANEL_COLUMNS) * PANEL_COLUMNS;
}

// @ts-ignore: decorator
@inline export function halfDepth(k: i32): i32 {
  return k / (2 * DEPTH_UNIT) * DEPTH_UNIT;
}

/**
 * out = first + second, first - second or (no second) first: `rows` x `columns` floats, whole vectors, rows of the operands `stride` bytes apart; every 8
 * columns of a row of the output lie `panelStride` bytes behind the 8 before them.
 */
function combine(
  first: usize, second: usize, subtract: bool, rows: i32, columns: i32, stride: usize, out: usize, outStride: usize, panelStride: usize,
): void {
  let distance = second - first;
  let pairBytes: usize = (columns & ~7) << 2;
  let bytes: usize = columns << 2;
  for (; rows > 0; rows--) {
    let from = first;
    let to = out;
    let pairEnd = first + pairBytes;
    let end = first + bytes;
    if (second == 0) {
      for (; from < pairEnd; from += 32) {
        v128.store(to, v128.load(from));
        v128.store(to, v128.load(from, 16), 16);
        to += panelStride;
      }
      if (from < end) v128.store(to, v128.load(from));
    } else if (subtract) {
      for (; from < pairEnd; from += 32) {
        v128.store(to, f32x4.sub(v128.load(from), v128.load(from + distance)));
        v128.store(to, f32x4.sub(v128.load(from, 16), v128.load(from + distance, 16)), 16);
        to += panelStride;
      }
      if (from < end) v128.store(to, f32x4.sub(v128.load(from), v128.load(from + distance)));
    } else {
      for (; from < pairEnd; from += 32) {
        v128.store(to, f32x4.add(v128.load(from), v128.load(from + distance)));
        v128.store(to, f32x4.add(v128.load(from, 16), v128.load(from + distance, 16)), 16);
        to += panelStride;
      }
      if (from < end) v128.store(to, f32x4.add(v128.load(from), v128.load(from + distance)));
    }
    first += stride;
    out += outStride;
  }
}

/** No quarter: the operand has one term, or the product one output. */
const NONE: i32 = -1;

function quarter(base: usize, index: i32, down: usize, right: usize): usize {
  if (index == NONE) return 0;
  return base + (index >> 1) * down + (index & 1) * right;
}

/** How the outputs are written. */
const ADD: i32 = 0;
const OVERWRITE: i32 = 1;
const OVERWRITE_BOTH: i32 = 2;

/** One of the seven: the quarters a0 (+ or - a1) by b0 (+ or - b1), to c0 and (added or subtracted) c1. */
function product(
  h: Halves, a0: i32, a1: i32, subtractA: bool, b0: i32, b1: i32, subtractB: bool, c0: i32, c1: i32, subtractC: bool, write: i32,
): void {
  let aDown: usize = h.transposeA ? h.m << 2 : h.m * h.aStride;
  let aRight: usize = h.transposeA ? h.k * h.aStride : h.k << 2;
  let bDown: usize = h.transposeB ? h.k << 2 : h.k * h.bStride;
  let bRight: usize = h.transposeB ? h.n * h.bStride : h.n << 2;
  let cDown: usize = h.m * h.cStride;
  let a = quarter(h.a, a0, aDown, aRight);
  let aDistance = a1 == NONE ? 0 : quarter(h.a, a1, aDown, aRight) - a;
  let b = quarter(h.b, b0, bDown, bRight);
  let bDistance = b1 == NONE ? 0 : quarter(h.b, b1, bDown, bRight) - b;
  let c = quarter(h.c, c0, cDown, h.n << 2);
  let cDistance = c1 == NONE ? 0 : quarter(h.c, c1, cDown, h.n << 2) - c;
  let columnPanels = h.n / PANEL_COLUMNS;
  for (let k0 = 0; k0 < h.k; k0 += DEPTH_BLOCK) {
    let depth = min(DEPTH_BLOCK, h.k - k0);
    let accumulate = write == ADD || k0 > 0;
    let accumulateSecond = write != OVERWRITE_BOTH || k0 > 0;
    for (let column = 0; column < columnPanels; column += COLUMN_PANELS) {
      let columns = min(COLUMN_PANELS, columnPanels - column);
      packRight(h, b, bDistance, subtractB, k0, depth, column, columns);
      for (let row = 0; row < h.m; row += ROW_BLOCK) {
        let rows = min(ROW_BLOCK, h.m - row);
        packLeft(h, a, aDistance, subtractA, row, rows, k0, depth);
        multiplyPair(
          h.left, depth * (PANEL_ROWS * 4), rows / PANEL_ROWS, h.right, depth << 5, columns, depth,
          c + row * h.cStride + ((column * PANEL_COLUMNS) << 2), h.cStride, accumulate, cDistance, subtractC, accumulateSecond,
        );
      }
    }
  }
}

/** Packs column panels [first, first + panels) into h.right. */
function packRight(h: Halves, b: usize, distance: usize, subtract: bool, k0: i32, depth: i32, first: i32, panels: i32): void {
  let panelBytes: usize = depth << 5;
  let group = h.transposeB ? 1 : PACKED_TOGETHER;
  for (let panel = 0; panel < panels; panel += group) {
    let out = h.right + panel * panelBytes;
    let column = (first + panel) * PANEL_COLUMNS;
    if (h.transposeB) {
      let from = b + column * h.bStride + (k0 << 2);
      combine(from, distance == 0 ? 0 : from + distance, subtract, PANEL_COLUMNS, depth, h.bStride, h.sum, DEPTH_BLOCK * 4, 32);
      packRightColumns(h.sum, DEPTH_BLOCK * 4, depth, PANEL_COLUMNS, out);
    } else {
      let from = b + k0 * h.bStride + (column << 2);
      let columns = min(group, panels - panel) * PANEL_COLUMNS;
      combine(from, distance == 0 ? 0 : from + distance, subtract, depth, columns, h.bStride, out, PANEL_COLUMNS * 4, panelBytes);
    }
  }
}

function packLeft(h: Halves, a: usize, distance: usize, subtract: bool, row: i32, rows: i32, k0: i32, depth: i32): void {
  if (h.transposeA) {
    let first = a + k0 * h.aStride + (row << 2);
    combine(first, distance == 0 ? 0 : first + distance, subtract, depth, rows, h.aStride, h.sum, ROW_BLOCK * 4, 32);
    packLeftColumns(h.table, depth, 0, rows, h.left);
    return;
  }
  let first = a + row * h.aStride + (k0 << 2);
  combine(first, distance == 0 ? 0 : first + distance, subtract, rows, depth, h.aStride, h.sum, DEPTH_BLOCK * 4, 32);
  let zeroSpan = h.table + DEPTH_BLOCK * 4;
  for (let panel = 0; panel < rows / PANEL_ROWS; panel++)
    packLeftRows(h.table + panel * (PANEL_ROWS * 4), zeroSpan, DEPTH_BLOCK, 0, depth, h.left + panel * depth * (PANEL_ROWS * 4));
}

/**
 * The first 2 halfRows(m) x 2 halfColumns(n) outputs over the first 2 halfDepth(k) steps of the reduction; strides are bytes between rows as they are
 * stored.
 */
export function multiplyHalves(
  a: usize, aStride: i32, transposeA: bool, b: usize, bStride: i32, transposeB: bool, c: usize, cStride: i32,
  m: i32, n: i32, k: i32, workspace: usize,
): void {
  let h = changetype<Halves>(workspace);
  h.m = halfRows(m);
  h.n = halfColumns(n);
  h.k = halfDepth(k);
  h.a = a;
  h.aStride = aStride;
  h.transposeA = transposeA;
  h.b = b;
  h.bStride = bStride;
  h.transposeB = transposeB;
  h.c = c;
  h.cStride = cStride;
  h.left = workspace + HEADER_BYTES;
  h.sum = h.left + LEFT_BYTES;
  h.right = h.sum + LEFT_BYTES;
  h.table = h.right + RIGHT_BYTES;
  if (transposeA) denseRows(h.table, h.sum, DEPTH_BLOCK, ROW_BLOCK * 4);
  else denseRows(h.table, h.sum, ROW_BLOCK, DEPTH_BLOCK * 4);
  store<u32>(h.table + DEPTH_BLOCK * 4, 0);
  product(h, 0, 3, false, 0, 3, false, 0, 3, false, OVERWRITE_BOTH);
  product(h, 2, 3, false, 0, NONE, false, 2, 3, true, OVERWRITE);
  product(h, 0, NONE, false, 1, 3, true, 1, 3, false, OVERWRITE);
  product(h, 3, NONE, false, 2, 0, true, 0, 2, false, ADD);
  product(h, 0, 1, false, 3, NONE, false, 1, 0, true, ADD);
  product(h, 2, 0, true, 0, 1, false, 3, NONE, false, ADD);
  product(h, 1, 3, true, 2, 3, false, 0, NONE, false, ADD);
}
