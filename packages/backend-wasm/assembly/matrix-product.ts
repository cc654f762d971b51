/**
 * Dense matrix products C = op(A) op(B), float32, row-major, op = identity or transpose: large ones by Strassen's algorithm (strassen.ts), few rows
 * against large weights by few-rows.ts, all others, and what is left over of halves, by the panel core.
 */
import { fewRowsProduct, fewRowsWorkspace, isFewRows } from './few-rows';
import {
  LEFT_COLUMNS, LEFT_ROWS, multiplyPanels, PanelProduct, PRODUCT_SCRATCH_BYTES, RIGHT_COLUMNS, RIGHT_ROWS,
} from './panel-product';
import { halfColumns, halfDepth, halfRows, isLarge, multiplyHalves, STRASSEN_BYTES } from './strassen';
import { columnPanels, COLUMN_ENTRY_BYTES, denseRows, outputRows, panelsOfColumns, panelsOfRows, rowTableBytes } from './tables';

const HEADER_BYTES: i32 = 128;

/** Whether Strassen's algorithm may be used. */
let strassenAllowed: bool = true;

export function allowStrassen(allowed: bool): void {
  strassenAllowed = allowed;
}

function usesHalves(m: i32, n: i32, k: i32): bool {
  return strassenAllowed && isLarge(m, n, k);
}

/** Bytes of workspace that matrixProduct needs. */
export function matrixProductWorkspace(m: i32, n: i32, k: i32): i32 {
  if (isFewRows(m, n, k)) return fewRowsWorkspace(m, n, k);
  let plain =
    HEADER_BYTES + PRODUCT_SCRATCH_BYTES + rowTableBytes(max(m, k)) + rowTableBytes(m) + (panelsOfColumns(n) + 1) * COLUMN_ENTRY_BYTES + 256;
  if (!usesHalves(m, n, k)) return plain;
  return max(max(plain, STRASSEN_BYTES), fewRowsWorkspace(m - 2 * halfRows(m), n, k));
}

export function matrixProduct(
  a: usize, b: usize, c: usize, m: i32, n: i32, k: i32, transposeA: bool, transposeB: bool, workspace: usize,
): void {
  let aStride = (transposeA ? m : k) << 2;
  let bStride = (transposeB ? k : n) << 2;
  let cStride = n << 2;
  if (isFewRows(m, n, k)) {
    fewRowsProduct(a, aStride, b, c, m, n, k, transposeA, transposeB, workspace);
    return;
  }
  if (!usesHalves(m, n, k)) {
    panelProduct(a, aStride, b, bStride, c, cStride, m, n, k, transposeA, transposeB, false, workspace);
    return;
  }
  multiplyHalves(a, aStride, transposeA, b, bStride, transposeB, c, cStride, m, n, k, workspace);
  let rows = 2 * halfRows(m);
  let columns = 2 * halfColumns(n);
  let depth = 2 * halfDepth(k);
  if (depth < k) {
    let aRest = a + depth * (transposeA ? aStride : 4);
    let bRest = b + depth * (transposeB ? 4 : bStride);
    panelProduct(aRest, aStride, bRest, bStride, c, cStride, rows, columns, k - depth, transposeA, transposeB, true, workspace);
  }
  if (columns < n) {
    let bRest = b + columns * (transposeB ? bStride : 4);
    panelProduct(a, aStride, bRest, bStride, c + (columns << 2), cStride, rows, n - columns, k, transposeA, transposeB, false, workspace);
  }
  if (rows < m) {
    fewRowsProduct(a + rows * (transposeA ? 4 : aStride), aStride, b, c + rows * cStride, m - rows, n, k, transposeA, transposeB, workspace);
  }
}

/** Strides are bytes between the rows of a matrix as it is stored. */
function panelProduct(
  a: usize, aStride: i32, b: usize, bStride: i32, c: usize, cStride: i32, m: i32, n: i32, k: i32,
  transposeA: bool, transposeB: bool, accumulate: bool, workspace: usize,
): void {
  let p = changetype<PanelProduct>(workspace);
  let spanTable = workspace + HEADER_BYTES - 16;
  store<u32>(spanTable, 0);
  p.scratch = workspace + HEADER_BYTES;
  let leftTable = p.scratch + PRODUCT_SCRATCH_BYTES;
  let outputTable = leftTable + rowTableBytes(max(m, k));
  let columnTable = outputTable + rowTableBytes(m);
  p.leftSpanTable = spanTable;
  p.outputTable = outputTable;
  p.columnTable = columnTable;
  p.accumulate = accumulate;
  p.outputEnd = 0;
  p.depth = k;
  p.columnPanels = columnPanels(columnTable, spanTable, 1, n);
  outputRows(outputTable, c, 1, m, cStride);
  p.rightKind = transposeB ? RIGHT_COLUMNS : RIGHT_ROWS;
  p.right = b;
  p.rightStride = bStride;
  p.left = leftTable;
  p.rowPanels = panelsOfRows(m);
  if (transposeA) {
    denseRows(leftTable, a, k, aStride);
    p.leftKind = LEFT_COLUMNS;
    p.leftSpanLength = m;
  } else {
    denseRows(leftTable, a, m, aStride);
    p.leftKind = LEFT_ROWS;
    p.leftSpanLength = k;
  }
  multiplyPanels(p);
}
