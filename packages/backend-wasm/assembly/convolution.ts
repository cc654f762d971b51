/**
 * 2-D convolution, NHWC, and its two gradients, as matrix products over address tables.
 *
 * With P = batch * outputHeight * outputWidth patches, X[p][q] the patch matrix (never formed; q = (filter row, filter column, channel)),
 * W[q][o] the filter and Y[p][o] the output:
 *   forward          Y  = X W          patches gathered as left rows
 *   input gradient   dX = dY W^T       each row of the product is added onto the patch's place in the image (no column buffer)
 *   filter gradient  dW = X^T dY       patches are the reduction's rows, columns of X the output rows
 * A transposed convolution is the input gradient. Padding is materialised by copying the image into a padded one, which costs little
 * beside the product; dilation only changes the span table.
 */
import { ConvolutionGeometry } from './geometry';
import {
  LEFT_COLUMNS,
  LEFT_ROWS,
  multiplyPanels,
  PanelProduct,
  PRODUCT_SCRATCH_BYTES,
  RIGHT_COLUMNS,
  RIGHT_ROWS,
} from './panel-product';
import { matrixProduct, matrixProductWorkspace } from './matrix-product';
import {
  columnPanels,
  COLUMN_ENTRY_BYTES,
  denseRows,
  outputRows,
  panelsOfColumns,
  panelsOfRows,
  patchRows,
  rowTableBytes,
  scatterRows,
} from './tables';
import { PANEL_ROWS } from './block';

const HEADER_BYTES: i32 = 128;

function patchCount(g: ConvolutionGeometry): i32 {
  return g.batch * g.outputHeight * g.outputWidth;
}

function patchLength(g: ConvolutionGeometry): i32 {
  return g.filterHeight * g.filterWidth * g.inputChannels;
}

function paddedHeight(g: ConvolutionGeometry): i32 {
  return g.inputHeight + g.padTop + g.padBottom;
}

function paddedWidth(g: ConvolutionGeometry): i32 {
  return g.inputWidth + g.padLeft + g.padRight;
}

function isPadded(g: ConvolutionGeometry): bool {
  return (g.padTop | g.padBottom | g.padLeft | g.padRight) != 0;
}

/** The filter covers the whole (padded) image: a patch is one contiguous run, and patches do not overlap. */
function coversImage(g: ConvolutionGeometry): bool {
  return (
    g.filterHeight == paddedHeight(g) &&
    g.filterWidth == paddedWidth(g) &&
    g.dilationHeight == 1 &&
    g.dilationWidth == 1
  );
}

function isPointwise(g: ConvolutionGeometry): bool {
  return g.filterHeight == 1 && g.filterWidth == 1 && g.strideHeight == 1 && g.strideWidth == 1;
}

/** The patches are the rows of a dense matrix, which is the image itself: a plain matrix product. */
function isDense(g: ConvolutionGeometry): bool {
  return !isPadded(g) && (isPointwise(g) || coversImage(g));
}

function spanCount(g: ConvolutionGeometry): i32 {
  if (coversImage(g)) return 1;
  return g.dilationWidth == 1 ? g.filterHeight : g.filterHeight * g.filterWidth;
}

function spanLength(g: ConvolutionGeometry): i32 {
  return patchLength(g) / spanCount(g);
}

function paddedBytes(g: ConvolutionGeometry): i32 {
  return isPadded(g) ? g.batch * paddedHeight(g) * paddedWidth(g) * g.inputChannels * 4 : 0;
}

/** Bytes of workspace that any of the three needs. */
export function convolutionWorkspace(geometry: usize): i32 {
  let g = changetype<ConvolutionGeometry>(geometry);
  if (isDense(g)) {
    return max(
      matrixProductWorkspace(patchCount(g), g.outputChannels, patchLength(g)),
      max(
        matrixProductWorkspace(patchCount(g), patchLength(g), g.outputChannels),
        matrixProductWorkspace(patchLength(g), g.outputChannels, patchCount(g)),
      ),
    );
  }
  let patches = patchCount(g);
  let spans = spanCount(g);
  return (
    HEADER_BYTES +
    PRODUCT_SCRATCH_BYTES +
    spans * 4 +
    rowTableBytes(patches) * 4 +
    spans * (spanLength(g) + PANEL_ROWS) * 4 +
    (spans * panelsOfColumns(spanLength(g)) + panelsOfColumns(g.outputChannels) + 2) * COLUMN_ENTRY_BYTES +
    paddedBytes(g) +
    256
  );
}

/** Byte offsets of a patch's contiguous runs in an image `width` pixels wide. */
function patchSpans(table: usize, g: ConvolutionGeometry, width: i32): void {
  if (spanCount(g) == 1) {
    store<u32>(table, 0);
    return;
  }
  let pixelBytes = g.inputChannels << 2;
  for (let y = 0; y < g.filterHeight; y++) {
    let row = y * g.dilationHeight * width * pixelBytes;
    if (g.dilationWidth == 1) {
      store<u32>(table, row);
      table += 4;
    } else {
      for (let x = 0; x < g.filterWidth; x++) {
        store<u32>(table, row + x * g.dilationWidth * pixelBytes);
        table += 4;
      }
    }
  }
}

/** Copies the image into the middle of a padded one, or (`back`) out of it. */
function copyPadded(image: usize, padded: usize, g: ConvolutionGeometry, back: bool): void {
  let rowBytes = (g.inputWidth * g.inputChannels) << 2;
  let paddedRowBytes = (paddedWidth(g) * g.inputChannels) << 2;
  for (let b = 0; b < g.batch; b++) {
    let inside =
      padded + (b * paddedHeight(g) + g.padTop) * paddedRowBytes + ((g.padLeft * g.inputChannels) << 2);
    for (let y = 0; y < g.inputHeight; y++) {
      if (back) memory.copy(image, inside, rowBytes);
      else memory.copy(inside, image, rowBytes);
      image += rowBytes;
      inside += paddedRowBytes;
    }
  }
}

/** Lays out the workspace: product, scratch, span table, then free space. */
function beginProduct(workspace: usize, g: ConvolutionGeometry, width: i32): PanelProduct {
  let p = changetype<PanelProduct>(workspace);
  p.scratch = workspace + HEADER_BYTES;
  p.leftSpanTable = p.scratch + PRODUCT_SCRATCH_BYTES;
  patchSpans(p.leftSpanTable, g, width);
  p.accumulate = false;
  p.outputEnd = 0;
  return p;
}

function afterSpans(p: PanelProduct, g: ConvolutionGeometry): usize {
  return p.leftSpanTable + spanCount(g) * 4;
}

/** y = convolution of x with filter. */
export function convolutionForward(
  x: usize,
  filter: usize,
  y: usize,
  geometry: usize,
  workspace: usize,
): void {
  let g = changetype<ConvolutionGeometry>(geometry);
  let length = patchLength(g);
  if (isDense(g)) {
    matrixProduct(x, filter, y, patchCount(g), g.outputChannels, length, false, false, workspace);
    return;
  }
  let patches = patchCount(g);
  let p = beginProduct(workspace, g, paddedWidth(g));
  let rowTable = afterSpans(p, g);
  let outputTable = rowTable + rowTableBytes(patches);
  let columnTable = outputTable + rowTableBytes(patches);
  let zeroSpan = columnTable + panelsOfColumns(g.outputChannels) * COLUMN_ENTRY_BYTES;
  let image = x;
  if (isPadded(g)) {
    image = (zeroSpan + 4 + 15) & ~15;
    memory.fill(image, 0, paddedBytes(g));
    copyPadded(x, image, g, false);
  }
  patchRows(rowTable, image, g, paddedHeight(g), paddedWidth(g), false);
  outputRows(outputTable, y, 1, patches, g.outputChannels << 2);
  store<u32>(zeroSpan, 0);
  p.leftKind = LEFT_ROWS;
  p.left = rowTable;
  p.leftSpanLength = spanLength(g);
  p.rowPanels = panelsOfRows(patches);
  p.depth = length;
  p.rightKind = RIGHT_ROWS;
  p.right = filter;
  p.rightStride = g.outputChannels << 2;
  p.columnTable = columnTable;
  p.columnPanels = columnPanels(columnTable, zeroSpan, 1, g.outputChannels);
  p.outputTable = outputTable;
  multiplyPanels(p);
}

/** dx = gradient of the input = transposed convolution of dy. */
export function convolutionInputGradient(
  dy: usize,
  filter: usize,
  dx: usize,
  geometry: usize,
  workspace: usize,
): void {
  let g = changetype<ConvolutionGeometry>(geometry);
  let length = patchLength(g);
  if (isDense(g)) {
    matrixProduct(dy, filter, dx, patchCount(g), length, g.outputChannels, false, true, workspace);
    return;
  }
  let patches = patchCount(g);
  let spans = spanCount(g);
  let p = beginProduct(workspace, g, paddedWidth(g));
  let patchSpanTable = p.leftSpanTable;
  let rowTable = afterSpans(p, g);
  let outputTable = rowTable + rowTableBytes(patches);
  let columnTable = outputTable + rowTableBytes(patches);
  let zeroSpan = columnTable + spans * panelsOfColumns(spanLength(g)) * COLUMN_ENTRY_BYTES;
  let scattered = zeroSpan + 4;
  let image = dx;
  if (isPadded(g)) image = (scattered + 2 * rowTableBytes(patches) + 15) & ~15;
  let imageBytes = g.batch * paddedHeight(g) * paddedWidth(g) * g.inputChannels * 4;
  memory.fill(image, 0, imageBytes);
  denseRows(rowTable, dy, patches, g.outputChannels << 2);
  patchRows(outputTable, image, g, paddedHeight(g), paddedWidth(g), true);
  store<u32>(zeroSpan, 0);
  p.columnTable = columnTable;
  p.columnPanels = columnPanels(columnTable, patchSpanTable, spans, spanLength(g));
  if (g.strideWidth * g.inputChannels < 8) {
    scatterRows(rowTable, scattered, patches, false);
    scatterRows(outputTable, scattered + rowTableBytes(patches), patches, true);
    rowTable = scattered;
    outputTable = scattered + rowTableBytes(patches);
  }
  p.leftKind = LEFT_ROWS;
  p.left = rowTable;
  p.leftSpanTable = zeroSpan;
  p.leftSpanLength = g.outputChannels;
  p.rowPanels = panelsOfRows(patches);
  p.depth = g.outputChannels;
  p.rightKind = RIGHT_COLUMNS;
  p.right = filter;
  p.rightStride = g.outputChannels << 2;
  p.outputTable = outputTable;
  p.accumulate = true;
  p.outputEnd = image + imageBytes;
  multiplyPanels(p);
  if (isPadded(g)) copyPadded(dx, image, g, true);
}

/** dw = gradient of the filter. */
export function convolutionFilterGradient(
  x: usize,
  dy: usize,
  dw: usize,
  geometry: usize,
  workspace: usize,
): void {
  let g = changetype<ConvolutionGeometry>(geometry);
  if (isDense(g)) {
    matrixProduct(x, dy, dw, patchLength(g), g.outputChannels, patchCount(g), true, false, workspace);
    return;
  }
  let patches = patchCount(g);
  let spans = spanCount(g);
  let length = spanLength(g);
  let p = beginProduct(workspace, g, paddedWidth(g));
  let rowTable = afterSpans(p, g);
  let outputTable = rowTable + rowTableBytes(patches);
  let columnTable = outputTable + spans * (length + PANEL_ROWS) * 4;
  let zeroSpan = columnTable + panelsOfColumns(g.outputChannels) * COLUMN_ENTRY_BYTES;
  let image = x;
  if (isPadded(g)) {
    image = (zeroSpan + 4 + 15) & ~15;
    memory.fill(image, 0, paddedBytes(g));
    copyPadded(x, image, g, false);
  }
  patchRows(rowTable, image, g, paddedHeight(g), paddedWidth(g), false);
  outputRows(outputTable, dw, spans, length, g.outputChannels << 2);
  store<u32>(zeroSpan, 0);
  p.leftKind = LEFT_COLUMNS;
  p.left = rowTable;
  p.leftSpanLength = length;
  p.rowPanels = spans * panelsOfRows(length);
  p.depth = patches;
  p.rightKind = RIGHT_ROWS;
  p.right = dy;
  p.rightStride = g.outputChannels << 2;
  p.columnTable = columnTable;
  p.columnPanels = columnPanels(columnTable, zeroSpan, 1, g.outputChannels);
  p.outputTable = outputTable;
  multiplyPanels(p);
}
