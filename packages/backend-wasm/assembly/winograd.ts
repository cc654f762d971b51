/**
 * 2-D convolution, NHWC, and its two gradients by Winograd's minimal filtering (Lavin and Gray, "Fast algorithms for convolutional neural
 * networks", 2016), for any stride.
 *
 * A convolution of stride s with a k x k filter is one of stride 1 with an r x r filter, r = ceil(k / s), over the s * s phases of the image:
 * pixel (s Y + py, s X + px) is pixel (Y, X) of phase (py, px), and phases count as channels. F(m x m, r x r) computes an m x m tile of that
 * from n x n inputs, n = m + r - 1, with n * n multiplications a channel pair instead of m * m * r * r:
 *   forward           y  = A^T [ sum over channels of (G g G^T) * (B^T d B) ] A
 *   input gradient    dx += B [ sum over filters of (G g G^T) * (A dy A^T) ] B^T   (the transpose of the forward algorithm; tiles of dx overlap)
 *   filter gradient   dg = G^T [ sum over tiles of (B^T d B) * (A dy A^T) ] G      (the transpose by the filter)
 * The products in brackets are n * n matrix products over channels (or tiles), which run on the micro-kernel of every other product here.
 * Tiles are taken in blocks that stay in the second-level cache between transform, product and inverse transform.
 *
 * Rounding: with n = 3 and 4 the error is that of the direct sum (up to 1e-6 of the largest value), with n = 6 up to 4e-6, with n = 7 up to 1e-5. A NaN or
 * an infinity spreads over its tile.
 */
import { DIRECT_COLUMN_PANELS, DIRECT_ROW_PANELS, multiplyBlock, multiplyRows, PANEL_ROWS, ROW_PANELS } from './block';
import { DEPTH_BLOCK } from './cache-blocks';
import { ConvolutionGeometry } from './geometry';
import { packLeftRows } from './packing';
import { LEFT_COLUMNS, multiplyPanels, PanelProduct, PRODUCT_SCRATCH_BYTES, RIGHT_ROWS } from './panel-product';
import { aligned } from './simd';
import {
  columnPanels, COLUMN_ENTRY_BYTES, denseRows, outputRows, panelsOfColumns, panelsOfRows, rowTableBytes,
} from './tables';
import { collectFilters, exchangeBytes, FILTER_CHUNK, packFilters } from './winograd-filters';
import {
  beginTiles, ceilDivide, GRADIENT, INPUT, INPUT_GRADIENT, moveTiles, OUTPUT, TILES_BYTES, Winograd,
} from './winograd-tiles';

/** Blocks of tiles are multiples of this where each is multiplied by the transformed filter. */
const TILE_UNIT: i32 = 24;
/** Their transformed tiles take about this much, so that they stay in the second-level cache. */
const BLOCK_BYTES: i32 = 900000;
/** The same where the transformed gradient of the filter is summed, which every block reads and writes as a whole: fewer, larger blocks pay. */
const SUMMED_TILE_UNIT: i32 = 72;
const SUMMED_BLOCK_BYTES: i32 = 1500000;
/** Tiles of a block, at least, where the transformed filter is large. */
const TILES_BY_LARGE_FILTER: i32 = 216;
/** Where all tiles are one block, about this much of the transformed filter, or of its gradient, is made and used at once, so that it stays there as well. */
const FILTER_BYTES: i32 = 1250000;
/** Rows of that gradient which are computed at once, at least: products of fewer pack the other gradient too often. */
const GRADIENT_ROWS: i32 = 48;
const MATRIX_HEADER_BYTES: i32 = 128;

/**
 * Bytes between the matrices of two points. Transforms write one vector to each of n * n matrices in turn: at distances of a power of two
 * all of them would fall on the same few lines of the first-level cache.
 */
// @ts-ignore: decorator
@inline function pointStride(bytes: usize): usize {
  return ((bytes + 1023) & ~1023) + 192;
}

function blockOf(tiles: i32, points: i32, reduction: i32, columns: i32, summed: bool): i32 {
  let unit = summed ? SUMMED_TILE_UNIT : TILE_UNIT;
  let fitting = (summed ? SUMMED_BLOCK_BYTES : BLOCK_BYTES) / (points * (reduction + columns) * 4);
  // Too small a block would read the transformed filter from memory for little work.
  let block = max(unit, (fitting / unit) * unit);
  if (columns * reduction >= 16384) block = max(block, TILES_BY_LARGE_FILTER);
  return min(block, tiles);
}

/** Columns of the transformed filter that are made and used together: all of them where several blocks of tiles need them. */
function columnsTogether(tiles: i32, block: i32, points: i32, depth: i32, columns: i32): i32 {
  if (block < tiles) return columns;
  let fitting = FILTER_BYTES / (points * depth * 4);
  return min(columns, max(FILTER_CHUNK, fitting / FILTER_CHUNK * FILTER_CHUNK));
}

/** The same of rows of its gradient, which are phases and input channels. */
function rowsTogether(tiles: i32, block: i32, points: i32, depth: i32, columns: i32): i32 {
  if (block < tiles) return depth;
  let fitting = FILTER_BYTES / (points * columns * 4);
  return min(depth, max(GRADIENT_ROWS, fitting / GRADIENT_ROWS * GRADIENT_ROWS));
}

/** Bytes that any of the three directions needs with m x m tiles, channels in multiples of 4. */
export function tilesWorkspace(g: ConvolutionGeometry, m: i32): i32 {
  let s = g.strideHeight;
  let r = ceilDivide(g.filterHeight, s);
  let points = (m + r - 1) * (m + r - 1);
  let reduction = s * s * g.inputChannels;
  let columns = g.outputChannels;
  let all = g.batch * ceilDivide(g.outputHeight, m) * ceilDivide(g.outputWidth, m);
  let block = blockOf(all, points, reduction, columns, false);
  let summed = blockOf(all, points, reduction, columns, true);
  let forward = pointStride((reduction * (columnsTogether(all, block, points, reduction, columns) + 8)) << 2);
  let backward = pointStride((columns * (columnsTogether(all, block, points, columns, reduction) + 8)) << 2);
  let gradient = pointStride((rowsTogether(all, summed, points, reduction, columns) * columns) << 2);
  let filters = points * <i32>max(max(forward, backward), gradient) + exchangeBytes(r, columns);
  let most = max(block, summed);
  let tiles = points * (<i32>pointStride(most * reduction * 4) + <i32>pointStride(most * columns * 4));
  let tables = rowTableBytes(most) * 2 + rowTableBytes(reduction) + (panelsOfColumns(max(reduction, columns)) + 1) * COLUMN_ENTRY_BYTES + 64;
  return (
    TILES_BYTES + max(g.inputChannels, columns) * 4 + MATRIX_HEADER_BYTES + PRODUCT_SCRATCH_BYTES +
    filters + tiles + tables + 256
  );
}

/** Columns [from, to) of products[point] (tiles x columns) = tiles[point] (tiles x depth) * packed[point], for every point. */
function multiplyPoints(
  w: Winograd, tiles: usize, tileBytes: usize, count: i32, depth: i32, packed: usize, packedBytes: usize,
  products: usize, productBytes: usize, columns: i32, from: i32, to: i32, free: usize,
): void {
  let leftBuffer = free;
  let tile = leftBuffer + ROW_PANELS * PANEL_ROWS * DEPTH_BLOCK * 4;
  let rowTable = tile + 256;
  let outputTable = rowTable + rowTableBytes(count);
  let columnTable = outputTable + rowTableBytes(count);
  let span = columnTable + (panelsOfColumns(to - from) + 1) * COLUMN_ENTRY_BYTES;
  denseRows(rowTable, tiles, count, depth << 2);
  outputRows(outputTable, products, 1, count, columns << 2);
  let rowPanels = panelsOfRows(count);
  let panels = panelsOfColumns(to - from);
  let direct = panels <= DIRECT_COLUMN_PANELS;
  let rowBlock = direct ? DIRECT_ROW_PANELS : ROW_PANELS;
  for (let point = 0; point < w.points; point++) {
    store<u32>(span, <u32>(point * productBytes + (from << 2)));
    columnPanels(columnTable, span, 1, to - from);
    store<u32>(span, <u32>(point * tileBytes));
    for (let row = 0; row < rowPanels; row += rowBlock) {
      let rows = min(rowBlock, rowPanels - row);
      let right = packed + point * packedBytes;
      for (let k0 = 0; k0 < depth; k0 += DEPTH_BLOCK) {
        let steps = min(DEPTH_BLOCK, depth - k0);
        if (direct) {
          multiplyRows(
            rowTable + row * (PANEL_ROWS * 4), load<u32>(span) + (k0 << 2), rows, right, steps << 5, panels, steps,
            outputTable + row * (PANEL_ROWS * 4), columnTable, k0 > 0, 0, tile,
          );
          right += <usize>(steps * panels) << 5;
          continue;
        }
        let panelBytes = steps * (PANEL_ROWS * 4);
        for (let i = 0; i < rows; i++)
          packLeftRows(rowTable + (row + i) * (PANEL_ROWS * 4), span, depth, k0, steps, leftBuffer + i * panelBytes);
        multiplyBlock(
          leftBuffer, panelBytes, rows, right, steps << 5, panels, steps,
          outputTable + row * (PANEL_ROWS * 4), columnTable, k0 > 0, 0, tile,
        );
        right += <usize>(steps * panels) << 5;
      }
    }
  }
}

/** y = convolution of x with filter, in m x m tiles; channels in multiples of 4. */
export function convolveForward(x: usize, filter: usize, y: usize, g: ConvolutionGeometry, m: i32, workspace: usize): void {
  let w = beginTiles(g, m, workspace);
  let depth = w.phases * g.inputChannels;
  let columns = g.outputChannels;
  w.block = blockOf(w.tiles, w.points, depth, columns, false);
  let together = columnsTogether(w.tiles, w.block, w.points, depth, columns);
  let packed = w.free;
  let packedBytes = pointStride((depth * panelsOfColumns(together)) << 5);
  let tileBytes = pointStride((w.block * depth) << 2);
  let productBytes = pointStride((w.block * columns) << 2);
  let tiles = packed + w.points * packedBytes;
  let products = tiles + w.points * tileBytes;
  let free = products + w.points * productBytes;
  for (let first = 0; first < w.tiles; first += w.block) {
    let count = min(w.block, w.tiles - first);
    moveTiles(
      w, INPUT, first, count, x, g.inputHeight, g.inputWidth, g.inputChannels, w.stride, g.padTop, g.padLeft,
      tiles, tileBytes,
    );
    for (let column = 0; column < columns; column += together) {
      let end = min(column + together, columns);
      if (first == 0) packFilters(w, g, filter, false, column, end, packed, packedBytes, 0);
      multiplyPoints(w, tiles, tileBytes, count, depth, packed, packedBytes, products, productBytes, columns, column, end, free);
    }
    moveTiles(
      w, OUTPUT, first, count, y, g.outputHeight, g.outputWidth, columns, 1, 0, 0, products, productBytes,
    );
  }
}

/** dx = gradient of the input = transposed convolution of dy, in m x m tiles of dy; channels in multiples of 4. */
export function convolveInputGradient(dy: usize, filter: usize, dx: usize, g: ConvolutionGeometry, m: i32, workspace: usize): void {
  let w = beginTiles(g, m, workspace);
  let depth = g.outputChannels;
  let columns = w.phases * g.inputChannels;
  w.block = blockOf(w.tiles, w.points, columns, depth, false);
  let together = columnsTogether(w.tiles, w.block, w.points, depth, columns);
  let exchange = w.free;
  let packed = aligned(exchange + exchangeBytes(w.r, depth));
  let packedBytes = pointStride((depth * panelsOfColumns(together)) << 5);
  let gradientBytes = pointStride((w.block * depth) << 2);
  let productBytes = pointStride((w.block * columns) << 2);
  let gradients = packed + w.points * packedBytes;
  let products = gradients + w.points * gradientBytes;
  let free = products + w.points * productBytes;
  for (let first = 0; first < w.tiles; first += w.block) {
    let count = min(w.block, w.tiles - first);
    moveTiles(
      w, GRADIENT, first, count, dy, g.outputHeight, g.outputWidth, depth, 1, 0, 0, gradients, gradientBytes,
    );
    for (let column = 0; column < columns; column += together) {
      let end = min(column + together, columns);
      if (first == 0) packFilters(w, g, filter, true, column, end, packed, packedBytes, exchange);
      multiplyPoints(w, gradients, gradientBytes, count, depth, packed, packedBytes, products, productBytes, columns, column, end, free);
    }
    moveTiles(
      w, INPUT_GRADIENT, first, count, dx, g.inputHeight, g.inputWidth, g.inputChannels, w.stride, g.padTop, g.padLeft,
      products, productBytes,
    );
  }
}

/** dw = gradient of the filter, over m x m tiles of dy; channels in multiples of 4. */
export function convolveFilterGradient(x: usize, dy: usize, dw: usize, g: ConvolutionGeometry, m: i32, workspace: usize): void {
  let w = beginTiles(g, m, workspace);
  let depth = w.phases * g.inputChannels;
  let columns = g.outputChannels;
  w.block = blockOf(w.tiles, w.points, depth, columns, true);
  let together = rowsTogether(w.tiles, w.block, w.points, depth, columns);
  let du = w.free;
  let duBytes = pointStride((together * columns) << 2);
  let tileBytes = pointStride((w.block * depth) << 2);
  let gradientBytes = pointStride((w.block * columns) << 2);
  let tiles = du + w.points * duBytes;
  let gradients = tiles + w.points * tileBytes;
  let p = changetype<PanelProduct>(gradients + w.points * gradientBytes);
  p.scratch = changetype<usize>(p) + MATRIX_HEADER_BYTES;
  p.leftSpanTable = p.scratch + PRODUCT_SCRATCH_BYTES;
  p.left = p.leftSpanTable + 16;
  p.outputTable = p.left + rowTableBytes(w.block);
  p.columnTable = p.outputTable + rowTableBytes(together);
  p.columnPanels = panelsOfColumns(columns);
  p.leftKind = LEFT_COLUMNS;
  p.rightKind = RIGHT_ROWS;
  p.rightStride = columns << 2;
  p.outputEnd = 0;
  for (let first = 0; first < w.tiles; first += w.block) {
    let count = min(w.block, w.tiles - first);
    moveTiles(
      w, INPUT, first, count, x, g.inputHeight, g.inputWidth, g.inputChannels, w.stride, g.padTop, g.padLeft,
      tiles, tileBytes,
    );
    moveTiles(
      w, GRADIENT, first, count, dy, g.outputHeight, g.outputWidth, columns, 1, 0, 0, gradients, gradientBytes,
    );
    denseRows(p.left, tiles, count, depth << 2);
    p.depth = count;
    p.accumulate = first > 0;
    for (let row = 0; row < depth; row += together) {
      let end = min(row + together, depth);
      p.leftSpanLength = end - row;
      p.rowPanels = panelsOfRows(end - row);
      outputRows(p.outputTable, du, 1, end - row, columns << 2);
      for (let point = 0; point < w.points; point++) {
        store<u32>(p.leftSpanTable, <u32>(point * duBytes));
        columnPanels(p.columnTable, p.leftSpanTable, 1, columns);
        store<u32>(p.leftSpanTable, <u32>(point * tileBytes + (row << 2)));
        p.right = gradients + point * gradientBytes;
        multiplyPanels(p);
      }
      if (first + count == w.tiles) collectFilters(w, g, du, duBytes, dw, row, end);
    }
  }
}
