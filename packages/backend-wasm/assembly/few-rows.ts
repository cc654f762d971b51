/**
 * C = op(A) op(B) for a mini-batch of rows against a large weight matrix (a dense layer, forward and backward): bound by
 * reading the weights, which the general product would pack for too little work.
 *
 * C transposed is computed instead, n x m, with the weights as the left operand, whose panels are read once each; m columns fill panels
 * of 8 better than m rows fill panels of 6. Weights stored [n][k] are packed along their rows, weights stored [k][n] in strips of
 * STRIP_PANELS panels (1 KB of every row), row by row, so that memory is read forward, and fetched before. For a handful of rows (m < 8) and
 * weights stored [n][k], dot products read the weights in place.
 *
 * 32 rows against 1024 x 3200 weights on Zen 5: 67 GFLOP/s for [n][k], 60 for [k][n] (bench/matrix-product.ts, best of many short runs).
 */
import { multiplyBlock, PANEL_COLUMNS, PANEL_ROWS, ROW_PANELS } from './block';
import { dotProducts } from './dot-products';
import { packLeftColumns, packRightColumns, packRightRows } from './packing';
import { LEFT_ROWS, multiplyPanels, PanelProduct, PRODUCT_SCRATCH_BYTES, RIGHT_COLUMNS, RIGHT_ROWS } from './panel-product';
import { prefetchRows } from './prefetch';
import { columnPanels, COLUMN_ENTRY_BYTES, denseRows, outputRows, panelsOfColumns, panelsOfRows, rowTableBytes } from './tables';
import { transpose } from './transpose';

const MAX_ROWS: i32 = 64;
const MIN_WEIGHTS: i32 = 256;
/** Steps of the reduction in a strip. */
const STRIP_DEPTH: i32 = 128;
const STRIP_PANELS: i32 = 43;
const STRIP_BYTES: i32 = STRIP_PANELS * PANEL_ROWS * STRIP_DEPTH * 4;
const HEADER_BYTES: i32 = 128;
const TILE_BYTES: i32 = 256;

// @ts-ignore: decorator
@inline export function isFewRows(m: i32, n: i32, k: i32): bool {
  return m <= MAX_ROWS && n >= MIN_WEIGHTS && k >= MIN_WEIGHTS;
}

/** Bytes of workspace that fewRowsProduct needs. */
export function fewRowsWorkspace(m: i32, n: i32, k: i32): i32 {
  let packedRows = panelsOfColumns(m) * k * PANEL_COLUMNS * 4;
  return (
    HEADER_BYTES + max(PRODUCT_SCRATCH_BYTES, TILE_BYTES + STRIP_BYTES + packedRows) + rowTableBytes(n) + rowTableBytes(max(n, k)) +
    (panelsOfColumns(m) + 1) * COLUMN_ENTRY_BYTES + n * m * 4 + 64
  );
}

/** For shapes of which isFewRows holds; the rows of A, as it is stored, lie aStride bytes apart. */
export function fewRowsProduct(
  a: usize, aStride: i32, b: usize, c: usize, m: i32, n: i32, k: i32, transposeA: bool, transposeB: bool, workspace: usize,
): void {
  if (transposeB && !transposeA && m < PANEL_COLUMNS) {
    dotProducts(a, aStride, b, c, m, n, k);
    return;
  }
  let spanTable = workspace + HEADER_BYTES - 16;
  store<u32>(spanTable, 0);
  let columnTable = workspace + HEADER_BYTES;
  let columns = columnPanels(columnTable, spanTable, 1, m);
  let outputTable = columnTable + (columns + 1) * COLUMN_ENTRY_BYTES;
  let weightTable = outputTable + rowTableBytes(n);
  let result = (weightTable + rowTableBytes(max(n, k)) + 15) & ~15;
  let free = result + ((<usize>(n * m) << 2) + 15 & ~15);
  outputRows(outputTable, result, 1, n, m << 2);
  if (transposeB) {
    let p = changetype<PanelProduct>(workspace);
    denseRows(weightTable, b, n, k << 2);
    p.leftKind = LEFT_ROWS;
    p.left = weightTable;
    p.leftSpanTable = spanTable;
    p.leftSpanLength = k;
    p.rowPanels = panelsOfRows(n);
    p.depth = k;
    p.rightKind = transposeA ? RIGHT_ROWS : RIGHT_COLUMNS;
    p.right = a;
    p.rightStride = aStride;
    p.columnTable = columnTable;
    p.columnPanels = columns;
    p.outputTable = outputTable;
    p.accumulate = false;
    p.outputEnd = 0;
    p.scratch = free;
    multiplyPanels(p);
  } else {
    denseRows(weightTable, b, k, n << 2);
    multiplyStrips(a, aStride, weightTable, m, n, k, transposeA, columnTable, outputTable, free);
  }
  transpose(result, c, n, m);
}

/** The product with weights stored [k][n], their rows in a table. */
function multiplyStrips(
  a: usize, aStride: i32, weightTable: usize, m: i32, n: i32, k: i32, transposeA: bool, columnTable: usize, outputTable: usize, scratch: usize,
): void {
  let columns = panelsOfColumns(m);
  let tile = scratch;
  let strip = tile + TILE_BYTES;
  let packedRows = strip + STRIP_BYTES;
  for (let k0 = 0; k0 < k; k0 += STRIP_DEPTH) {
    let depth = min(STRIP_DEPTH, k - k0);
    for (let j = 0; j < columns; j++) {
      let first = j * PANEL_COLUMNS;
      let width = min(PANEL_COLUMNS, m - first);
      let out = packedRows + ((k0 * columns + j * depth) << 5);
      if (transposeA) packRightRows(a + k0 * aStride + (first << 2), aStride, depth, width, out);
      else packRightColumns(a + first * aStride + (k0 << 2), aStride, depth, width, out);
    }
  }
  let panels = panelsOfRows(n);
  for (let panel = 0; panel < panels; panel += STRIP_PANELS) {
    let count = min(STRIP_PANELS, panels - panel);
    let first = panel * PANEL_ROWS;
    let width = min(count * PANEL_ROWS, n - first);
    for (let k0 = 0; k0 < k; k0 += STRIP_DEPTH) {
      let depth = min(STRIP_DEPTH, k - k0);
      let panelBytes = depth * (PANEL_ROWS * 4);
      prefetchRows(<usize>load<u32>(weightTable + (k0 << 2)) + (first << 2), depth, n << 2, width << 2, tile);
      packLeftColumns(weightTable + (k0 << 2), depth, first << 2, width, strip);
      for (let i = 0; i < count; i += 2 * ROW_PANELS) {
        multiplyBlock(
          strip + i * panelBytes, panelBytes, min(2 * ROW_PANELS, count - i),
          packedRows + ((k0 * columns) << 5), depth << 5, columns, depth,
          outputTable + (panel + i) * (PANEL_ROWS * 4), columnTable, k0 > 0, 0, tile,
        );
      }
    }
  }
}
