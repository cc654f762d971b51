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
import { DEPTH_BLOCK, DIRECT_COLUMN_PANELS, DIRECT_ROW_PANELS, multiplyBlock, multiplyRows, PANEL_ROWS, ROW_PANELS } from './block';
import { ConvolutionGeometry } from './geometry';
import {
  collectFilter, collectInput, collectOutput, transformFilter, transformGradient, transformInput,
} from './generated/winograd-transforms';
import { packLeftRows } from './packing';
import { LEFT_COLUMNS, multiplyPanels, PanelProduct, PRODUCT_SCRATCH_BYTES, RIGHT_ROWS } from './panel-product';
import { prefetch } from './prefetch';
import { aligned } from './simd';
import {
  columnPanels, COLUMN_ENTRY_BYTES, denseRows, outputRows, panelsOfColumns, panelsOfRows, rowTableBytes,
} from './tables';
import { transpose } from './transpose';

/** Blocks of tiles are multiples of this. */
const TILE_UNIT: i32 = 72;
/** Transformed tiles of one block take about this much, so that they stay in the second-level cache. */
const BLOCK_BYTES: i32 = 1500000;
/** Columns of the filter that are transformed together. */
const FILTER_CHUNK: i32 = 32;
/** Where all tiles are one block, transformed filters of about this size are used at once: all of them may be more than the caches hold. */
const FILTER_BYTES: i32 = 5000000;
/** Pixels of the largest tile. */
const TILE_PIXELS: i32 = 49;
const MATRIX_HEADER_BYTES: i32 = 128;

/** Everything that the three directions share; lies at the start of the workspace. */
// @ts-ignore: decorator
@unmanaged
class Winograd {
  m: i32;
  r: i32;
  n: i32;
  /** n * n. */
  points: i32;
  stride: i32;
  phases: i32;
  tilesY: i32;
  tilesX: i32;
  tiles: i32;
  /** Tiles of one block. */
  block: i32;
  /** Address table of one tile's pixels. */
  table: usize;
  /** Intermediate tile of a transform. */
  scratch: usize;
  /** As many zeros as a pixel may have channels: what lies outside of an image. */
  zeros: usize;
  free: usize;
}

const HEADER_BYTES: i32 = 128;

/**
 * Bytes between the matrices of two points. Transforms write one vector to each of n * n matrices in turn: at distances of a power of two
 * all of them would fall on the same few lines of the first-level cache.
 */
// @ts-ignore: decorator
@inline function pointStride(bytes: usize): usize {
  return ((bytes + 1023) & ~1023) + 192;
}

// @ts-ignore: decorator
@inline function ceilDivide(a: i32, b: i32): i32 {
  return (a + b - 1) / b;
}

function blockOf(tiles: i32, points: i32, reduction: i32, columns: i32): i32 {
  let fitting = BLOCK_BYTES / (points * (reduction + columns) * 4);
  // Too small a block would read the transformed filter from memory for little work.
  let block = max(TILE_UNIT, (fitting / TILE_UNIT) * TILE_UNIT);
  if (columns * reduction >= 16384) block = max(block, 3 * TILE_UNIT);
  return min(block, tiles);
}

/** Columns of the transformed filter that are made and used together: all of them where several blocks of tiles need them. */
function columnsTogether(tiles: i32, block: i32, points: i32, depth: i32, columns: i32): i32 {
  if (block < tiles) return columns;
  let fitting = FILTER_BYTES / (points * depth * 4);
  return min(columns, max(FILTER_CHUNK, fitting / FILTER_CHUNK * FILTER_CHUNK));
}

function begin(g: ConvolutionGeometry, m: i32, workspace: usize): Winograd {
  let w = changetype<Winograd>(workspace);
  w.m = m;
  w.stride = g.strideHeight;
  w.r = ceilDivide(g.filterHeight, g.strideHeight);
  w.n = m + w.r - 1;
  w.points = w.n * w.n;
  w.phases = w.stride * w.stride;
  w.tilesY = ceilDivide(g.outputHeight, m);
  w.tilesX = ceilDivide(g.outputWidth, m);
  w.tiles = g.batch * w.tilesY * w.tilesX;
  w.table = workspace + HEADER_BYTES;
  w.scratch = aligned(w.table + TILE_PIXELS * 4);
  w.zeros = w.scratch + TILE_PIXELS * 16;
  let zeroBytes = max(g.inputChannels, g.outputChannels) << 2;
  memory.fill(w.zeros, 0, zeroBytes);
  w.free = aligned(w.zeros + zeroBytes);
  return w;
}

/** Bytes that any of the three directions needs with m x m tiles, channels in multiples of 4. */
export function tilesWorkspace(g: ConvolutionGeometry, m: i32): i32 {
  let s = g.strideHeight;
  let r = ceilDivide(g.filterHeight, s);
  let points = (m + r - 1) * (m + r - 1);
  let reduction = s * s * g.inputChannels;
  let columns = g.outputChannels;
  let all = g.batch * ceilDivide(g.outputHeight, m) * ceilDivide(g.outputWidth, m);
  let block = blockOf(all, points, reduction, columns);
  let forward = pointStride((reduction * (columnsTogether(all, block, points, reduction, columns) + 8)) << 2);
  let backward = pointStride((columns * (columnsTogether(all, block, points, columns, reduction) + 8)) << 2);
  let filters = points * <i32>max(forward, backward) + g.filterHeight * g.filterWidth * g.inputChannels * columns * 4;
  let tiles = points * (<i32>pointStride(block * reduction * 4) + <i32>pointStride(block * columns * 4));
  let tables = rowTableBytes(block) * 2 + rowTableBytes(reduction) + (panelsOfColumns(max(reduction, columns)) + 1) * COLUMN_ENTRY_BYTES + 64;
  return (
    HEADER_BYTES + TILE_PIXELS * 20 + max(g.inputChannels, columns) * 4 + MATRIX_HEADER_BYTES + PRODUCT_SCRATCH_BYTES +
    filters + tiles + tables + 256
  );
}

/**
 * Addresses of a size x size window of an image's phase (py, px), first pixel (y, x) of the phase; pixels outside are at `outside`.
 * The image is padded by `pad` pixels above and to the left, which are outside.
 */
// @ts-ignore: decorator
@inline function windowTable(
  table: usize, size: i32, image: usize, height: i32, width: i32, channels: i32,
  y: i32, x: i32, stride: i32, padTop: i32, padLeft: i32, outside: usize,
): void {
  let row = y - padTop;
  for (let i = 0; i < size; i++) {
    let inside = <u32>row < <u32>height;
    let column = x - padLeft;
    for (let j = 0; j < size; j++) {
      let address = inside && <u32>column < <u32>width ? image + ((row * width + column) * channels << 2) : outside;
      store<u32>(table, <u32>address);
      table += 4;
      column += stride;
    }
    row += stride;
  }
}

/** What `moveTiles` does with a tile: reads n x n inputs, reads m x m gradients, writes m x m outputs, or adds to n x n inputs' gradients. */
const INPUT: i32 = 0;
const GRADIENT: i32 = 1;
const OUTPUT: i32 = 2;
const INPUT_GRADIENT: i32 = 3;

/**
 * Moves tiles [first, first + count) between an image's phases and points[point][tile][phase, channel], `pointBytes` between points,
 * through the transform of `way`. What lies outside of the image reads as zero and is not written; an image that is added to begins as zeros.
 */
function moveTiles(
  w: Winograd, way: i32, first: i32, count: i32, image: usize, height: i32, width: i32, channels: i32,
  stride: i32, offsetY: i32, offsetX: i32, points: usize, pointBytes: usize,
): void {
  let perImage = w.tilesY * w.tilesX;
  let phaseBytes = channels << 2;
  let size = way == INPUT || way == INPUT_GRADIENT ? w.n : w.m;
  let outside: usize = way == INPUT || way == GRADIENT ? w.zeros : 0;
  for (let tile = first; tile < first + count; tile++) {
    let b = tile / perImage;
    let rest = tile - b * perImage;
    let tileY = rest / w.tilesX;
    let tileX = rest - tileY * w.tilesX;
    let imageBytes: usize = (height * width * channels) << 2;
    let one = image + b * imageBytes;
    if (way == INPUT_GRADIENT && rest == 0) memory.fill(one, 0, imageBytes);
    else if (rest == 0 || tile == first) prefetch(one, imageBytes, w.scratch);
    for (let py = 0; py < stride; py++) {
      for (let px = 0; px < stride; px++) {
        windowTable(
          w.table, size, one, height, width, channels,
          tileY * w.m * stride + py, tileX * w.m * stride + px, stride, offsetY, offsetX, outside,
        );
        if (way == INPUT) transformInput(w.n, w.m, w.table, 0, channels, points, pointBytes, w.scratch);
        else if (way == GRADIENT) transformGradient(w.n, w.m, w.table, 0, channels, points, pointBytes, w.scratch);
        else if (way == OUTPUT) collectOutput(w.n, w.m, points, pointBytes, channels, w.table, w.scratch);
        else collectInput(w.n, w.m, points, pointBytes, channels, w.table, w.scratch);
        points += phaseBytes;
      }
    }
  }
}

/**
 * Columns [from, to) of the transformed filter as the right operand of every point's product, packed as the micro-kernel reads it: panels of 8 columns,
 * DEPTH_BLOCK steps of the reduction at a time, `packedBytes` a point.
 * Forward: [phase, channel][output]. `exchanged`: [output][phase, channel], from `filter` with its two channel dimensions exchanged.
 */
function packFilters(
  w: Winograd, g: ConvolutionGeometry, filter: usize, exchanged: bool, from: i32, to: i32, packed: usize, packedBytes: usize,
): void {
  let channels = exchanged ? g.inputChannels : g.outputChannels;
  let depth = exchanged ? g.outputChannels : w.phases * g.inputChannels;
  let panels = panelsOfColumns(to - from);
  let rows = exchanged ? g.outputChannels : g.inputChannels;
  // A group of columns must not straddle two panels.
  let group = channels & 7 ? 4 : 8;
  if ((to - from) & 7) memory.fill(packed, 0, w.points * packedBytes);
  for (let phase = 0; phase < w.phases; phase++) {
    let py = phase / w.stride;
    let px = phase - py * w.stride;
    let first = exchanged ? phase * channels : 0;
    let last = min(first + channels, to);
    // A few panels at a time: writing a whole row of all points' panels would leave each line of the cache half written.
    for (let chunk = max(first, from); chunk < last; chunk += FILTER_CHUNK) {
      let end = min(chunk + FILTER_CHUNK, last);
      for (let row = 0; row < rows; row++) {
        filterTable(w, g, filter, py, px, row, exchanged, w.zeros);
        let k = exchanged ? row : phase * rows + row;
        let k0 = k & ~(DEPTH_BLOCK - 1);
        let panelBytes = min(DEPTH_BLOCK, depth - k0) << 5;
        let step = packed + ((k0 * panels) << 5) + ((k - k0) << 5);
        for (let c = chunk; c < end; c += group) {
          let column = c - from;
          let address = step + (column >> 3) * panelBytes + ((column & 7) << 2);
          transformFilter(w.n, w.m, w.table, (c - first) << 2, group, address, packedBytes, w.scratch);
        }
      }
    }
  }
}

/** Exchanges the filter's last two dimensions: [tap][input][output] to [tap][output][input]. */
function exchangeChannels(g: ConvolutionGeometry, filter: usize, to: usize): void {
  let tapBytes: usize = (g.inputChannels * g.outputChannels) << 2;
  for (let tap = g.filterHeight * g.filterWidth; tap > 0; tap--) {
    transpose(filter, to, g.inputChannels, g.outputChannels);
    filter += tapBytes;
    to += tapBytes;
  }
}

/**
 * Addresses of the r x r taps of one phase and one row of channels; taps beyond the filter's edge are `outside`. `exchanged`: rows are output
 * channels (see exchangeChannels), else input channels.
 */
function filterTable(
  w: Winograd, g: ConvolutionGeometry, filter: usize, py: i32, px: i32, row: i32, exchanged: bool, outside: usize,
): void {
  let at = w.table;
  let rows = exchanged ? g.outputChannels : g.inputChannels;
  let length = exchanged ? g.inputChannels : g.outputChannels;
  for (let i = 0; i < w.r; i++) {
    let y = i * w.stride + py;
    for (let j = 0; j < w.r; j++) {
      let x = j * w.stride + px;
      let tap = ((y * g.filterWidth + x) * rows + row) * length;
      store<u32>(at, <u32>(y < g.filterHeight && x < g.filterWidth ? filter + (tap << 2) : outside));
      at += 4;
    }
  }
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
  let w = begin(g, m, workspace);
  let depth = w.phases * g.inputChannels;
  let columns = g.outputChannels;
  w.block = blockOf(w.tiles, w.points, depth, columns);
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
      if (first == 0) packFilters(w, g, filter, false, column, end, packed, packedBytes);
      multiplyPoints(w, tiles, tileBytes, count, depth, packed, packedBytes, products, productBytes, columns, column, end, free);
    }
    moveTiles(
      w, OUTPUT, first, count, y, g.outputHeight, g.outputWidth, columns, 1, 0, 0, products, productBytes,
    );
  }
}

/** dx = gradient of the input = transposed convolution of dy, in m x m tiles of dy; channels in multiples of 4. */
export function convolveInputGradient(dy: usize, filter: usize, dx: usize, g: ConvolutionGeometry, m: i32, workspace: usize): void {
  let w = begin(g, m, workspace);
  let depth = g.outputChannels;
  let columns = w.phases * g.inputChannels;
  w.block = blockOf(w.tiles, w.points, columns, depth);
  let together = columnsTogether(w.tiles, w.block, w.points, depth, columns);
  let exchanged = w.free;
  let packed = aligned(exchanged + ((g.filterHeight * g.filterWidth * g.inputChannels * g.outputChannels) << 2));
  let packedBytes = pointStride((depth * panelsOfColumns(together)) << 5);
  let gradientBytes = pointStride((w.block * depth) << 2);
  let productBytes = pointStride((w.block * columns) << 2);
  let gradients = packed + w.points * packedBytes;
  let products = gradients + w.points * gradientBytes;
  let free = products + w.points * productBytes;
  exchangeChannels(g, filter, exchanged);
  for (let first = 0; first < w.tiles; first += w.block) {
    let count = min(w.block, w.tiles - first);
    moveTiles(
      w, GRADIENT, first, count, dy, g.outputHeight, g.outputWidth, depth, 1, 0, 0, gradients, gradientBytes,
    );
    for (let column = 0; column < columns; column += together) {
      let end = min(column + together, columns);
      if (first == 0) packFilters(w, g, exchanged, true, column, end, packed, packedBytes);
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
  let w = begin(g, m, workspace);
  let depth = w.phases * g.inputChannels;
  let columns = g.outputChannels;
  w.block = blockOf(w.tiles, w.points, depth, columns);
  let together = columnsTogether(w.tiles, w.block, w.points, depth, columns);
  let du = w.free;
  let duBytes = pointStride((depth * together) << 2);
  let tileBytes = pointStride((w.block * depth) << 2);
  let gradientBytes = pointStride((w.block * columns) << 2);
  let tiles = du + w.points * duBytes;
  let gradients = tiles + w.points * tileBytes;
  let p = changetype<PanelProduct>(gradients + w.points * gradientBytes);
  p.scratch = changetype<usize>(p) + MATRIX_HEADER_BYTES;
  p.leftSpanTable = p.scratch + PRODUCT_SCRATCH_BYTES;
  p.left = p.leftSpanTable + 16;
  p.outputTable = p.left + rowTableBytes(w.block);
  p.columnTable = p.outputTable + rowTableBytes(depth);
  p.leftKind = LEFT_COLUMNS;
  p.leftSpanLength = depth;
  p.rowPanels = panelsOfRows(depth);
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
    for (let column = 0; column < columns; column += together) {
      let width = min(together, columns - column);
      outputRows(p.outputTable, du, 1, depth, width << 2);
      p.columnPanels = panelsOfColumns(width);
      for (let point = 0; point < w.points; point++) {
        store<u32>(p.leftSpanTable, <u32>(point * duBytes));
        columnPanels(p.columnTable, p.leftSpanTable, 1, width);
        store<u32>(p.leftSpanTable, <u32>(point * tileBytes));
        p.right = gradients + point * gradientBytes + (column << 2);
        multiplyPanels(p);
      }
      if (first + count == w.tiles) collectFilters(w, g, du, duBytes, dw + (column << 2), width);
    }
  }
}

/** Transforms the gradient of `columns` columns of the filter, du[point][phase, channel][column], and writes it. */
function collectFilters(w: Winograd, g: ConvolutionGeometry, du: usize, duBytes: usize, dw: usize, columns: i32): void {
  for (let py = 0; py < w.stride; py++) {
    for (let px = 0; px < w.stride; px++) {
      for (let c = 0; c < g.inputChannels; c++) {
        filterTable(w, g, dw, py, px, c, false, 0);
        collectFilter(w.n, w.m, du, duBytes, columns, w.table, w.scratch);
        du += columns << 2;
      }
    }
  }
}
