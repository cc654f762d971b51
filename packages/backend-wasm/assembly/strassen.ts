/**
 * C = op(A) op(B) by Strassen's algorithm (quarters.ts) within cache blocks. Halves need not be halves of the matrices: every 48 rows (72 in passing) by 512
 * steps are a product of their own. Where A is stored by rows, rows of the two halves alternate, so that a block is read forward; with relaxed SIMD each of
 * its five sums is made while the product before it is computed (sums-in-passing.ts). Otherwise all of them are made in one pass over the block, and stay in
 * the second-level cache for the seven products. Those of the right operand are packed once for all rows. A tile of a product is added to all its outputs
 * while it is in registers (Huang, Smith, Henry and van de Geijn, "Strassen's algorithm reloaded", 2016), which may be several of a larger product
 * (strassen-twice.ts).
 *
 * Rounding: within 5e-6 of the largest value of the plain sum. A NaN or an infinity spreads to the row or column at the same place of the other half.
 */
import { multiplyColumnsOnto, multiplyRowsOnto, PANEL_COLUMNS, PANEL_ROWS } from './block';
import { DEPTH_BLOCK, LEFT_STRIDE } from './cache-blocks';
import { Block, BLOCK_BYTES, Halves, HALVES_BYTES, LEFT_BYTES, ROW_BLOCK } from './halves';
import { addRows, MAKING_PAYS, multiplyMaking, Sum, SUM_BYTES } from './sums-in-passing';
import { packRightColumns } from './packing';
import { prefetchRows } from './prefetch';
import {
  ADD, appendOutputs, combineQuarters, COPY_0, describeProducts, DIFFERENCE_20, firstQuarter, OPERANDS, OUTPUT_BYTES, productAt, PRODUCTS,
  PRODUCTS_BYTES, secondQuarter, SUBTRACT,
} from './quarters';
import { multiplyRest } from './strassen-rest';
import { denseRows } from './tables';

/** Sizes from which on it is faster. */
const SMALLEST_ROWS: i32 = 96;
const SMALLEST_COLUMNS: i32 = 32;
const SMALLEST_DEPTH: i32 = 256;
/** Rows of a half are whole panels and, where the left operand is stored transposed, whole vectors. */
const TRANSPOSED_ROW_UNIT: i32 = PANEL_ROWS == 6 ? 12 : PANEL_ROWS;
const DEPTH_UNIT: i32 = 4;
/** Rows of one half of a block where sums are made in passing. */
const PASSING_ROW_BLOCK: i32 = 36;
/** Column panels of one half of a block. */
const COLUMN_PANELS: i32 = 64;
/** Column panels up to which A0 and A3 are read where they lie; they are copied for more, unless sums are made in passing. */
const DIRECT_COLUMN_PANELS: i32 = 12;
/** Panels of one pass over rows of the right operand. */
const PACKED_TOGETHER: i32 = 2;
/** Values of A from which on it comes from memory, and is fetched ahead. */
const FETCHED: i32 = 1 << 20;
/** The same where sums are made in passing: tiles that wait for the third-level cache lose more than fetching what is in the second already. */
const FETCHED_IN_PASSING: i32 = 1 << 16;

const SUM_BUFFER_BYTES: i32 = PASSING_ROW_BLOCK * LEFT_STRIDE;
const LINE_BYTES: i32 = 64;
/** The right operands of one block of the largest size. */
const RIGHT_BYTES: i32 = OPERANDS * (COLUMN_PANELS * PANEL_COLUMNS * DEPTH_BLOCK * 4 + LINE_BYTES);
const COLUMN_BYTES: i32 = OPERANDS * PANEL_COLUMNS * LEFT_STRIDE;
const ROW_TABLE_BYTES: i32 = (PASSING_ROW_BLOCK + PANEL_ROWS) * 4;
/** At most two outputs here by two of a larger product. */
const OUTPUTS_BYTES: i32 = 4 * OUTPUT_BYTES;
const HEADER_BYTES: i32 = HALVES_BYTES + BLOCK_BYTES + SUM_BYTES;

// @ts-ignore: decorator
@inline export function isLarge(m: i32, n: i32, k: i32): bool {
  return m >= SMALLEST_ROWS && n >= SMALLEST_COLUMNS && k >= SMALLEST_DEPTH;
}

/** Columns and steps of the reduction that a half takes; what is left over of twice that is for the plain product. */
// @ts-ignore: decorator
@inline export function halfColumns(n: i32): i32 {
  return n / (2 * PANEL_COLUMNS) * PANEL_COLUMNS;
}

// @ts-ignore: decorator
@inline export function halfDepth(k: i32): i32 {
  return k / (2 * DEPTH_UNIT) * DEPTH_UNIT;
}

/** The length of `size` cut into as few equal parts of at most `most` as there can be, a multiple of `unit`. */
// @ts-ignore: decorator
@inline export function evenly(size: i32, most: i32, unit: i32): i32 {
  let parts = (size + most - 1) / most;
  return (size + parts * unit - 1) / (parts * unit) * unit;
}

/** Column panels of half a block. */
// @ts-ignore: decorator
@inline function panelsOfBlock(n: i32): i32 {
  return evenly(halfColumns(n) / PANEL_COLUMNS, COLUMN_PANELS, 1);
}

/** Steps of the reduction of half a block. */
// @ts-ignore: decorator
@inline function stepsOfBlock(k: i32): i32 {
  return evenly(halfDepth(k), DEPTH_BLOCK, DEPTH_UNIT);
}

/** Bytes of one right operand of a block. */
// @ts-ignore: decorator
@inline function operandBytesOf(panels: i32, steps: i32): i32 {
  return panels * (steps << 5) + LINE_BYTES;
}

/** Blocks along the reduction whose right operands are packed together: as many as fit, so that outputs are visited seldom. */
// @ts-ignore: decorator
@inline function blocksTogether(k: i32, steps: i32, blockBytes: i32): i32 {
  return max(1, min((halfDepth(k) + steps - 1) / steps, RIGHT_BYTES / blockBytes));
}

/** Bytes of workspace that multiplyHalves needs. */
export function strassenWorkspace(n: i32, k: i32): i32 {
  let panels = panelsOfBlock(n);
  let steps = stepsOfBlock(k);
  let blockBytes = OPERANDS * operandBytesOf(panels, steps);
  // Rows that are too few for two halves are fewer than a block's.
  let restBytes = ROW_BLOCK * 2 * panels * PANEL_COLUMNS * 4;
  return (
    HEADER_BYTES + PRODUCTS_BYTES + OUTPUTS_BYTES + 3 * ROW_TABLE_BYTES + LINE_BYTES + OPERANDS * LEFT_BYTES + COLUMN_BYTES +
    blocksTogether(k, steps, blockBytes) * blockBytes + restBytes
  );
}

/** Packs the right operands of 2 * panels column panels from `column` on and of 2 * depth steps from k0 on. */
function packRight(h: Halves, k0: i32, depth: i32, column: i32, panels: i32, out: usize, operandBytes: usize): void {
  let panelBytes: usize = depth << 5;
  if (h.transposeB) {
    let b = h.b + column * h.bStride + (k0 << 2);
    let down: usize = depth << 2;
    let across: usize = panels * PANEL_COLUMNS * h.bStride;
    for (let panel = 0; panel < panels; panel++) {
      combineQuarters(
        b, across, down, PANEL_COLUMNS, depth, h.bStride,
        h.columns, LEFT_STRIDE, 32, PANEL_COLUMNS * LEFT_STRIDE, true,
      );
      for (let operand = 0; operand < OPERANDS; operand++)
        packRightColumns(h.columns + operand * (PANEL_COLUMNS * LEFT_STRIDE), LEFT_STRIDE, depth, PANEL_COLUMNS, out + operand * operandBytes);
      b += PANEL_COLUMNS * h.bStride;
      out += panelBytes;
    }
    return;
  }
  let b = h.b + k0 * h.bStride + (column << 2);
  let down: usize = depth * h.bStride;
  let across: usize = panels << 5;
  for (let panel = 0; panel < panels; panel += PACKED_TOGETHER) {
    let columns = min(PACKED_TOGETHER, panels - panel) * PANEL_COLUMNS;
    combineQuarters(
      b, across, down, depth, columns, h.bStride, out, PANEL_COLUMNS * 4, panelBytes, operandBytes, true,
    );
    b += columns << 2;
    out += PACKED_TOGETHER * panelBytes;
  }
}

/** Makes the left operands of 2 * rows rows from `row` on and of 2 * depth steps from k0 on. */
function prepareLeft(h: Halves, row: i32, rows: i32, k0: i32, depth: i32, copies: bool): void {
  if (h.transposeA) {
    let a = h.a + k0 * h.aStride + (row << 2);
    let across: usize = depth * h.aStride;
    let down: usize = rows << 2;
    combineQuarters(a, across, down, depth, rows, h.aStride, h.left, ROW_BLOCK * 4, 32, LEFT_BYTES, true);
    return;
  }
  let a = h.a + row * h.aStride + (k0 << 2);
  let down: usize = h.aStride;
  let across: usize = depth << 2;
  let stride = 2 * down;
  if (h.fetches) prefetchRows(a, 2 * rows, down, 2 * across, h.outputs);
  combineQuarters(a, across, down, rows, depth, stride, h.left, LEFT_STRIDE, 32, LEFT_BYTES, copies);
  if (!copies) findQuarters(h, a, rows, depth);
}

function multiplyQuarters(h: Halves, block: Block): void {
  let panelBytes: usize = block.depth << 5;
  for (let i = 0; i < PRODUCTS; i++) {
    let product = productAt(h.products, i);
    let end = h.outputs;
    end = appendOutputs(end, h.outer, h.outerEnd, product.first, product.firstWay, block.accumulate, block.down, block.across);
    end = appendOutputs(end, h.outer, h.outerEnd, product.second, product.secondWay, block.accumulate, block.down, block.across);
    let right = block.right + product.b * block.operandBytes;
    let left = h.left + product.a * LEFT_BYTES;
    if (h.transposeA) {
      multiplyColumnsOnto(left, block.rowPanels, right, panelBytes, block.columnPanels, block.depth, block.c, block.stride, h.outputs, end);
      continue;
    }
    let table = h.leftTable;
    let offset = left - h.left;
    if (!block.copies && product.a >= COPY_0) {
      table = product.a == COPY_0 ? h.table0 : h.table3;
      offset = 0;
    } else if (h.inPassing) {
      multiplySum(h, block, i, right, end);
      continue;
    }
    multiplyRowsOnto(table, offset, block.rowPanels, right, panelBytes, block.columnPanels, block.depth, block.c, block.stride, h.outputs, end);
  }
}

/** The product of the sum in turn by a right operand, and the sum that follows it, of this block or the next, in passing. */
function multiplySum(h: Halves, block: Block, product: i32, right: usize, outputsEnd: usize): void {
  let left = h.left + h.turn * SUM_BUFFER_BYTES;
  h.turn ^= 1;
  let follower = product + 1;
  while (follower < PRODUCTS && productAt(h.products, follower).a >= COPY_0) follower++;
  let depth = block.depth;
  if (follower < PRODUCTS) {
    planSum(h, productAt(h.products, follower).a, block.a, block.rowPanels * PANEL_ROWS, depth);
  } else {
    planSum(h, productAt(h.products, 0).a, block.next, block.nextRows, block.nextDepth);
    // Tiles make rows as long as their own.
    if (block.nextDepth != depth) addRows(h.sum, block.nextDepth);
  }
  multiplyMaking(h.leftTable, left, block.rowPanels, right, depth << 5, block.columnPanels, depth, block.c, block.stride, h.outputs, outputsEnd, h.sum);
  addRows(h.sum, depth);
}

/** Has `rows` rows of an operand of the block at `a` made in the buffer that is in turn. */
function planSum(h: Halves, operand: i32, a: usize, rows: i32, depth: i32): void {
  let first = quarterOffset(h, firstQuarter(operand), depth);
  let sum = h.sum;
  sum.way = operand >= DIFFERENCE_20 ? SUBTRACT : ADD;
  sum.rows = rows;
  sum.from = a + first;
  sum.second = quarterOffset(h, secondQuarter(operand), depth) - first;
  sum.stride = 2 * h.aStride;
  sum.to = h.left + h.turn * SUM_BUFFER_BYTES;
}

/** Bytes from A0 to another quarter of a block: rows of the two halves alternate. */
// @ts-ignore: decorator
@inline function quarterOffset(h: Halves, quarter: i32, depth: i32): usize {
  return (quarter >> 1) * h.aStride + (quarter & 1) * (depth << 2);
}

/** A0 of the block whose quarters begin with this row and step of the halves. */
// @ts-ignore: decorator
@inline function blockAt(h: Halves, row: i32, step: i32): usize {
  return h.a + 2 * (row * h.aStride + (step << 2));
}

/** Where A0 and A3 lie, for products that read them there. */
function findQuarters(h: Halves, a: usize, rows: i32, depth: i32): void {
  denseRows(h.table0, a, rows, 2 * h.aStride);
  denseRows(h.table3, a + quarterOffset(h, 3, depth), rows, 2 * h.aStride);
}

/**
 * The first 2 halfColumns(n) outputs of all m rows over the first 2 halfDepth(k) steps of the reduction; strides are bytes between rows as they are
 * stored. The result goes to every output of the list from `outer` to outerEnd (appendOutputs), whose displacements count from c.
 */
export function multiplyHalves(
  a: usize, aStride: i32, transposeA: bool, b: usize, bStride: i32, transposeB: bool, c: usize, cStride: i32,
  m: i32, n: i32, k: i32, outer: usize, outerEnd: usize, workspace: usize,
): void {
  let h = changetype<Halves>(workspace);
  let block = changetype<Block>(workspace + HALVES_BYTES);
  let unit = transposeA ? TRANSPOSED_ROW_UNIT : PANEL_ROWS;
  h.m = m / (2 * unit) * unit;
  h.n = halfColumns(n);
  h.k = halfDepth(k);
  h.a = a;
  h.aStride = aStride;
  h.transposeA = transposeA;
  h.b = b;
  h.bStride = bStride;
  h.transposeB = transposeB;
  h.cStride = cStride;
  h.outer = outer;
  h.outerEnd = outerEnd;
  let width = panelsOfBlock(n);
  h.inPassing = MAKING_PAYS && !transposeA;
  block.copies = transposeA || (!h.inPassing && width > DIRECT_COLUMN_PANELS);
  h.fetches = m * k > (h.inPassing ? FETCHED_IN_PASSING : FETCHED);
  h.turn = 0;
  let rowBlock = h.inPassing ? PASSING_ROW_BLOCK : ROW_BLOCK;
  h.sum = changetype<Sum>(workspace + HALVES_BYTES + BLOCK_BYTES);
  h.products = workspace + HEADER_BYTES;
  h.outputs = h.products + PRODUCTS_BYTES;
  h.leftTable = h.outputs + OUTPUTS_BYTES;
  h.table0 = h.leftTable + ROW_TABLE_BYTES;
  h.table3 = h.table0 + ROW_TABLE_BYTES;
  h.left = (h.leftTable + 3 * ROW_TABLE_BYTES + LINE_BYTES - 1) & ~(LINE_BYTES - 1);
  h.columns = h.left + OPERANDS * LEFT_BYTES;
  h.right = h.columns + COLUMN_BYTES;
  describeProducts(h.products);
  denseRows(h.leftTable, h.left, PASSING_ROW_BLOCK, LEFT_STRIDE);
  let columnPanels = h.n / PANEL_COLUMNS;
  let steps = stepsOfBlock(k);
  let depthBlocks = (h.k + steps - 1) / steps;
  let operandBytes = operandBytesOf(width, steps);
  let blockBytes = OPERANDS * operandBytes;
  let together = blocksTogether(k, steps, blockBytes);
  h.rest = h.right + together * blockBytes;
  block.operandBytes = operandBytes;
  block.stride = transposeA ? cStride : 2 * cStride;
  for (let column = 0; column < columnPanels; column += width) {
    block.columnPanels = min(width, columnPanels - column);
    block.across = block.columnPanels << 5;
    for (let first = 0; first < depthBlocks; first += together) {
      let last = min(first + together, depthBlocks);
      for (let i = first; i < last; i++) {
        packRight(
          h, 2 * i * steps, min(steps, h.k - i * steps), 2 * column * PANEL_COLUMNS, block.columnPanels, h.right + (i - first) * blockBytes, operandBytes,
        );
      }
      if (h.inPassing) {
        let depth = min(steps, h.k - first * steps);
        planSum(h, productAt(h.products, 0).a, blockAt(h, 0, first * steps), min(rowBlock, h.m), depth);
        addRows(h.sum, depth);
      }
      for (let row = 0; row < h.m; row += rowBlock) {
        let rows = min(rowBlock, h.m - row);
        block.rowPanels = rows / PANEL_ROWS;
        block.c = c + 2 * (row * cStride + ((column * PANEL_COLUMNS) << 2));
        block.down = transposeA ? rows * cStride : cStride;
        for (let i = first; i < last; i++) {
          block.depth = min(steps, h.k - i * steps);
          block.accumulate = i > 0;
          block.right = h.right + (i - first) * blockBytes;
          if (h.inPassing) {
            let nextRow = i + 1 < last ? row : row + rowBlock;
            let nextStep = (i + 1 < last ? i + 1 : first) * steps;
            block.a = blockAt(h, row, i * steps);
            block.next = blockAt(h, nextRow, nextStep);
            block.nextRows = max(0, min(rowBlock, h.m - nextRow));
            block.nextDepth = min(steps, h.k - nextStep);
            if (h.fetches) prefetchRows(block.next, 2 * block.nextRows, aStride, block.nextDepth << 3, h.outputs);
            findQuarters(h, block.a, rows, block.depth);
          } else {
            prepareLeft(h, 2 * row, rows, 2 * i * steps, block.depth, block.copies);
          }
          multiplyQuarters(h, block);
        }
      }
      if (2 * h.m == m) continue;
      block.c = c + 2 * (h.m * cStride + ((column * PANEL_COLUMNS) << 2));
      for (let i = first; i < last; i++) {
        block.depth = min(steps, h.k - i * steps);
        block.accumulate = i > 0;
        block.right = h.right + (i - first) * blockBytes;
        multiplyRest(h, block, 2 * h.m, m - 2 * h.m, 2 * i * steps);
      }
    }
  }
}
