/**
 * Dense matrix products C = op(A) op(B), float32, row-major, op = identity or transpose, by the panel core; few rows against
 * large weights go to few-rows.ts.
 */
import { fewRowsProduct, fewRowsWorkspace, isFewRows } from './few-rows';
import {
  LEFT_COLUMNS, LEFT_ROWS, multiplyPanels, PanelProduct, PRODUCT_SCRATCH_BYTES, RIGHT_COLUMNS, RIGHT_ROWS,
} from './panel-product';
import { columnPanels, COLUMN_ENTRY_BYTES, denseRows, outputRows, panelsOfColumns, panelsOfRows, rowTableBytes } from './tables';

const HEADER_BYTES: i32 = 128;

/** Bytes of workspace that matrixProduct needs. */
export function matrixProductWorkspace(m: i32, n: i32, k: i32): i32 {
  if (isFewRows(m, n, k)) return fewRowsWorkspace(m, n, k);
  return (
    HEADER_BYTES + PRODUCT_SCRATCH_BYTES + rowTableBytes(max(m, k)) + rowTableBytes(m) + (panelsOfColumns(n) + 1) * COLUMN_ENTRY_BYTES + 256
  );
}

export function matrixProduct(
  a: usize, b: usize, c: usize, m: i32, n: i32, k: i32, transposeA: bool, transposeB: bool, workspace: usize,
): void {
  if (isFewRows(m, n, k)) {
    fewRowsProduct(a, b, c, m, n, k, transposeA, transposeB, workspace);
    return;
  }
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
  p.accumulate = false;
  p.outputEnd = 0;
  p.depth = k;
  p.columnPanels = columnPanels(columnTable, spanTable, 1, n);
  outputRows(outputTable, c, 1, m, n << 2);
  p.rightKind = transposeB ? RIGHT_COLUMNS : RIGHT_ROWS;
  p.right = b;
  p.rightStride = (transposeB ? k : n) << 2;
  p.left = leftTable;
  p.rowPanels = panelsOfRows(m);
  if (transposeA) {
    denseRows(leftTable, a, k, m << 2);
    p.leftKind = LEFT_COLUMNS;
    p.leftSpanLength = m;
  } else {
    denseRows(leftTable, a, m, k << 2);
    p.leftKind = LEFT_ROWS;
    p.leftSpanLength = k;
  }
  multiplyPanels(p);
}
