/**
 * The one matrix-product core: C[i][j] (+)= sum over k of A[i][k] B[k][j], over address tables (tables.ts).
 *
 * Blocking (Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", 2008): the reduction is cut into blocks of DEPTH
 * steps; a block of the right operand is packed into panels of 8 columns that stay in the second-level cache, and ROW_PANELS packed panels
 * of the left operand (24 rows x 256 steps, 24 KB) are streamed against them. When the whole right operand fits in
 * RIGHT_BYTES it is packed once, and the reduction becomes the inner loop, so that an output block is revisited while still in cache.
 * Left rows that are contiguous along the reduction are not packed where few column panels would use what was packed.
 * Every family (dense, convolution, both gradients) reaches about 90 % of the rate of the 1024 x 1024 product.
 */
import { DIRECT_COLUMN_PANELS, DIRECT_ROW_PANELS, multiplyBlock, multiplyRows, PANEL_ROWS, ROW_PANELS } from './block';
import { DEPTH_BLOCK } from './cache-blocks';
import { packLeftColumns, packLeftRows, packRightColumns, packRightRows } from './packing';
import { COLUMN_ENTRY_BYTES, panelsOfRows } from './tables';

/** Left rows are gathered through the row and span tables. */
export const LEFT_ROWS: i32 = 0;
/** The table holds the reduction's rows; output rows are their columns (A is stored transposed). */
export const LEFT_COLUMNS: i32 = 1;

/** B is stored [k][j]. */
export const RIGHT_ROWS: i32 = 0;
/** B is stored [j][k]. */
export const RIGHT_COLUMNS: i32 = 1;

/** Column panels of one block of the right operand. */
const COLUMN_PANELS: i32 = 128;
/**
 * The right operand is packed whole up to this size (more than a block of COLUMN_PANELS x DEPTH_BLOCK takes): 32 rows of the 9,408
 * features that I-F-FP predicts, whose weights are then read row by row, 37 KB at a time, instead of 1 KB of every row: 1.3 times as fast.
 */
const RIGHT_BYTES: i32 = 1250000;

/** Scratch of the core: left panels, right panels, one tile. */
export const PRODUCT_SCRATCH_BYTES: i32 = ROW_PANELS * PANEL_ROWS * DEPTH_BLOCK * 4 + RIGHT_BYTES + 256;

// @ts-ignore: decorator
@unmanaged
export class PanelProduct {
  leftKind: i32;
  /** Row table. */
  left: usize;
  leftSpanTable: usize;
  /** Floats per span. */
  leftSpanLength: i32;
  rowPanels: i32;
  depth: i32;
  rightKind: i32;
  right: usize;
  rightStride: i32;
  columnTable: usize;
  columnPanels: i32;
  outputTable: usize;
  accumulate: bool;
  /** See multiplyBlock. */
  outputEnd: usize;
  /** PRODUCT_SCRATCH_BYTES bytes. */
  scratch: usize;
}

function packRightPanel(p: PanelProduct, k0: i32, depth: i32, panel: i32, out: usize): void {
  let entry = p.columnTable + panel * COLUMN_ENTRY_BYTES;
  let columns = load<i32>(entry, 4);
  let first = load<i32>(entry, 8);
  if (p.rightKind == RIGHT_ROWS) {
    packRightRows(p.right + <usize>k0 * p.rightStride + (first << 2), p.rightStride, depth, columns, out);
  } else {
    packRightColumns(p.right + <usize>first * p.rightStride + (k0 << 2), p.rightStride, depth, columns, out);
  }
}

/** Packs row panels [row, row + rows) over one block of the reduction. */
function packLeft(p: PanelProduct, row: i32, rows: i32, k0: i32, depth: i32, out: usize): void {
  let panelBytes = depth * (PANEL_ROWS * 4);
  if (p.leftKind == LEFT_ROWS) {
    for (let i = 0; i < rows; i++) {
      packLeftRows(p.left + (row + i) * (PANEL_ROWS * 4), p.leftSpanTable, p.leftSpanLength, k0, depth, out + i * panelBytes);
    }
    return;
  }
  let panelsPerSpan = panelsOfRows(p.leftSpanLength);
  for (let i = 0; i < rows; ) {
    let span = (row + i) / panelsPerSpan;
    let first = row + i - span * panelsPerSpan;
    let count = min(rows - i, panelsPerSpan - first);
    let offset = <usize>load<u32>(p.leftSpanTable + (span << 2)) + first * (PANEL_ROWS * 4);
    let columns = min(count * PANEL_ROWS, p.leftSpanLength - first * PANEL_ROWS);
    packLeftColumns(p.left + (k0 << 2), depth, offset, columns, out + i * panelBytes);
    i += count;
  }
}

/** Offset of the packed left panels in the scratch, behind one tile. */
const LEFT_BUFFER: i32 = 256;

/** Multiplies row panels [row, row + rows) by packed right panels over one block of the reduction: read where they are, or packed first. */
function multiplyLeft(
  p: PanelProduct, direct: bool, row: i32, rows: i32, k0: i32, depth: i32, right: usize, columns: i32, columnTable: usize, accumulate: bool,
): void {
  let tile = p.scratch;
  let outputs = p.outputTable + row * (PANEL_ROWS * 4);
  if (direct) {
    let left = p.left + row * (PANEL_ROWS * 4);
    let offset = load<u32>(p.leftSpanTable) + (k0 << 2);
    multiplyRows(left, offset, rows, right, depth << 5, columns, depth, outputs, columnTable, accumulate, p.outputEnd, tile);
    return;
  }
  let buffer = p.scratch + LEFT_BUFFER;
  let panelBytes = depth * (PANEL_ROWS * 4);
  packLeft(p, row, rows, k0, depth, buffer);
  multiplyBlock(
    buffer, panelBytes, rows, right, depth << 5, columns, depth, outputs, columnTable, accumulate, p.outputEnd, tile,
  );
}

export function multiplyPanels(p: PanelProduct): void {
  let rightBuffer = p.scratch + LEFT_BUFFER + ROW_PANELS * PANEL_ROWS * DEPTH_BLOCK * 4;
  let columnPanels = p.columnPanels;
  // Rows of one run are read where they are.
  let direct = p.leftKind == LEFT_ROWS && p.leftSpanLength == p.depth && columnPanels <= DIRECT_COLUMN_PANELS;
  let rowPanelBlock = direct ? DIRECT_ROW_PANELS : ROW_PANELS;
  let wholeRight =
    p.leftKind == LEFT_ROWS &&
    columnPanels <= COLUMN_PANELS &&
    p.depth > DEPTH_BLOCK &&
    p.depth * columnPanels * 32 <= RIGHT_BYTES;
  if (wholeRight) {
    for (let k0 = 0; k0 < p.depth; k0 += DEPTH_BLOCK) {
      let depth = min(DEPTH_BLOCK, p.depth - k0);
      let out = rightBuffer + ((k0 * columnPanels) << 5);
      for (let panel = 0; panel < columnPanels; panel++)
        packRightPanel(p, k0, depth, panel, out + panel * (depth << 5));
    }
    for (let row = 0; row < p.rowPanels; row += rowPanelBlock) {
      let rows = min(rowPanelBlock, p.rowPanels - row);
      for (let k0 = 0; k0 < p.depth; k0 += DEPTH_BLOCK) {
        let depth = min(DEPTH_BLOCK, p.depth - k0);
        multiplyLeft(
          p, direct, row, rows, k0, depth, rightBuffer + ((k0 * columnPanels) << 5), columnPanels, p.columnTable,
          p.accumulate || k0 > 0,
        );
      }
    }
    return;
  }
  for (let k0 = 0; k0 < p.depth; k0 += DEPTH_BLOCK) {
    let depth = min(DEPTH_BLOCK, p.depth - k0);
    let accumulate = p.accumulate || k0 > 0;
    for (let column = 0; column < columnPanels; column += COLUMN_PANELS) {
      let columns = min(COLUMN_PANELS, columnPanels - column);
      for (let j = 0; j < columns; j++)
        packRightPanel(p, k0, depth, column + j, rightBuffer + j * (depth << 5));
      let columnTable = p.columnTable + column * COLUMN_ENTRY_BYTES;
      for (let row = 0; row < p.rowPanels; row += rowPanelBlock) {
        let rows = min(rowPanelBlock, p.rowPanels - row);
        multiplyLeft(p, direct, row, rows, k0, depth, rightBuffer, columns, columnTable, accumulate);
      }
    }
  }
}
