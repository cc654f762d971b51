/**
 * Dense matrix products C = op(A) op(B), float32, row-major, op = identity or transpose: large ones by Strassen's algorithm, once (strassen.ts) or
 * twice (strassen-twice.ts), few rows against large weights by few-rows.ts, all others, and what is left over of halves, by the panel core.
 */
import { fewRowsProduct, fewRowsWorkspace, isFewRows } from './few-rows';
import {
  LEFT_COLUMNS, LEFT_ROWS, multiplyPanels, PanelProduct, PRODUCT_SCRATCH_BYTES, RIGHT_COLUMNS, RIGHT_ROWS,
} from './panel-product';
import { OUTPUT_BYTES, OVERWRITE, setOutput } from './quarters';
import { halfColumns, halfDepth, isLarge, multiplyHalves, strassenWorkspace } from './strassen';
import { columnsTwice, depthTwice, isVeryLarge, multiplyTwice, rowsTwice, twiceWorkspace } from './strassen-twice';
import { columnPanels, COLUMN_ENTRY_BYTES, denseRows, outputRows, panelsOfColumns, panelsOfRows, rowTableBytes } from './tables';

const HEADER_BYTES: i32 = 128;
/** The list of the only output of a product by halves, in whole vectors. */
const ONLY_OUTPUT_BYTES: i32 = 16;

/** How often Strassen's algorithm may be used within itself: not at all, once or twice. */
let strassenAllowed: i32 = 2;

export function allowStrassen(levels: i32): void {
  strassenAllowed = levels;
}

function usesHalves(m: i32, n: i32, k: i32): bool {
  return strassenAllowed > 0 && isLarge(m, n, k);
}

function usesTwice(m: i32, n: i32, k: i32): bool {
  return strassenAllowed > 1 && isVeryLarge(m, n, k);
}

/** Bytes of workspace that matrixProduct needs. */
export function matrixProductWorkspace(m: i32, n: i32, k: i32): i32 {
  if (isFewRows(m, n, k)) return fewRowsWorkspace(m, n, k);
  let plain =
    HEADER_BYTES + PRODUCT_SCRATCH_BYTES + rowTableBytes(max(m, k)) + rowTableBytes(m) + (panelsOfColumns(n) + 1) * COLUMN_ENTRY_BYTES + 256;
  if (!usesHalves(m, n, k)) return plain;
  if (!usesTwice(m, n, k)) return max(plain, ONLY_OUTPUT_BYTES + strassenWorkspace(n, k));
  return max(max(plain, twiceWorkspace()), fewRowsWorkspace(m - rowsTwice(m), n, k));
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
  let rows = 0;
  let columns = 0;
  let depth = 0;
  if (usesTwice(m, n, k)) {
    multiplyTwice(a, aStride, transposeA, b, bStride, transposeB, c, cStride, m, n, k, workspace);
    rows = rowsTwice(m);
    columns = columnsTwice(n);
    depth = depthTwice(k);
  } else if (usesHalves(m, n, k)) {
    setOutput(workspace, 0, OVERWRITE);
    let free = workspace + ONLY_OUTPUT_BYTES;
    multiplyHalves(a, aStride, transposeA, b, bStride, transposeB, c, cStride, m, n, k, workspace, workspace + OUTPUT_BYTES, free);
    rows = m;
    columns = 2 * halfColumns(n);
    depth = 2 * halfDepth(k);
  } else {
    panelProduct(a, aStride, b, bStride, c, cStride, m, n, k, transposeA, transposeB, false, workspace);
    return;
  }
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
