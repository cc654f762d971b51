/**
 * Dense matrix products C = op(A) op(B), float32, row-major, op = identity or transpose.
 *
 * Usual case: the panel core. With few rows (a mini-batch against a large weight matrix) the product is bound by reading the weights, which
 * are then read exactly once and in place: C transposed is computed with the weights as the left operand (gathered
 * in place, not packed), or, where both operands are contiguous along the reduction, by dot products.
 */
import { PANEL_COLUMNS, PANEL_ROWS } from './block';
import {
  LEFT_COLUMNS, LEFT_IN_PLACE, LEFT_ROWS, multiplyPanels, PanelProduct, PRODUCT_SCRATCH_BYTES, RIGHT_COLUMNS, RIGHT_ROWS,
} from './panel-product';
import { columnPanels, COLUMN_ENTRY_BYTES, denseRows, outputRows, panelsOfColumns, panelsOfRows, rowTableBytes } from './tables';
import { dotProducts } from './dot-products';
import { transpose } from './transpose';

const HEADER_BYTES: i32 = 128;
const SMALL_ROWS: i32 = 64;
const SMALL_MINIMUM: i32 = 256;

// @ts-ignore: decorator
@inline function isSmall(m: i32, n: i32, k: i32): bool {
  return m <= SMALL_ROWS && n >= SMALL_MINIMUM && k >= SMALL_MINIMUM;
}

/** Bytes of workspace that matrixProduct needs. */
export function matrixProductWorkspace(m: i32, n: i32, k: i32): i32 {
  return (
    HEADER_BYTES + PRODUCT_SCRATCH_BYTES + rowTableBytes(max(m, k)) + rowTableBytes(n) + rowTableBytes(max(m, n)) +
    (panelsOfColumns(max(m, n)) + 1) * COLUMN_ENTRY_BYTES + (isSmall(m, n, k) ? m * n * 4 : 0) + 256
  );
}

export function matrixProduct(
  a: usize, b: usize, c: usize, m: i32, n: i32, k: i32, transposeA: bool, transposeB: bool, workspace: usize,
): void {
  let p = changetype<PanelProduct>(workspace);
  let spanTable = workspace + HEADER_BYTES - 16;
  store<u32>(spanTable, 0);
  p.scratch = workspace + HEADER_BYTES;
  let leftTable = p.scratch + PRODUCT_SCRATCH_BYTES;
  let inPlaceTable = leftTable + rowTableBytes(max(m, k));
  let outputTable = inPlaceTable + rowTableBytes(n);
  let columnTable = outputTable + rowTableBytes(max(m, n));
  p.leftSpanTable = spanTable;
  p.outputTable = outputTable;
  p.columnTable = columnTable;
  p.accumulate = false;
  p.outputEnd = 0;
  p.depth = k;
  p.depthBlock = 256;
  p.rowPanelBlock = 12;
  if (isSmall(m, n, k)) {
    if (transposeB && !transposeA) {
      dotProducts(a, b, c, m, n, k);
      return;
    }
    let result = (columnTable + (panelsOfColumns(max(m, n)) + 1) * COLUMN_ENTRY_BYTES + 15) & ~15;
    p.columnPanels = columnPanels(columnTable, spanTable, 1, m);
    outputRows(outputTable, result, 1, n, m << 2);
    p.rightKind = transposeA ? RIGHT_ROWS : RIGHT_COLUMNS;
    p.right = a;
    p.rightStride = (transposeA ? m : k) << 2;
    p.rowPanels = panelsOfRows(n);
    p.depthBlock = 192;
    if (transposeB) {
      denseRows(inPlaceTable, b, n, k << 2);
      p.leftKind = LEFT_ROWS;
      p.left = inPlaceTable;
      p.leftSpanLength = k;
      p.rowPanelBlock = 1;
    } else {
      denseRows(leftTable, b, k, n << 2);
      p.leftKind = LEFT_IN_PLACE;
      p.left = b;
      p.leftTable = leftTable;
      p.leftStride = n << 2;
      p.leftSpanLength = n;
      p.rowPanelBlock = 2;
    }
    multiplyPanels(p);
    transpose(result, c, n, m);
    return;
  }
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
