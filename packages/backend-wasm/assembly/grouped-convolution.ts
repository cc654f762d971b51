/**
 * Grouped 2-D convolution, NHWC, and its two gradients: channels are cut into groups that do not see each other.
 *
 * The same products over address tables as an ungrouped convolution (convolution.ts), one for each block of groups: rows are pixels of the
 * whole tensor, of which a block's channels are read and written in place, at an offset. Groups of few channels would leave the
 * micro-kernel's 8 columns empty, so that neighbouring groups with at most 8 filters together share a block, whose filter is zero outside of
 * its diagonal: the columns cost nothing that would be used otherwise.
 *
 * Rate in operations of the grouped sum, 3x3 filters: some 7 GFLOP/s with 3 channels a group, 25 with 12 (one core, relaxed SIMD, measured once).
 */
import { PANEL_ROWS } from './block';
import { ConvolutionGeometry } from './geometry';
import {
  LEFT_COLUMNS, LEFT_ROWS, multiplyPanels, PanelProduct, PRODUCT_SCRATCH_BYTES, RIGHT_COLUMNS, RIGHT_ROWS,
} from './panel-product';
import {
  columnPanels, COLUMN_ENTRY_BYTES, denseRows, outputRows, panelsOfColumns, panelsOfRows, patchRows, rowTableBytes,
} from './tables';

const HEADER_BYTES: i32 = 128;
/** Filters of a block. */
const BLOCK_FILTERS: i32 = 8;

/** The product of one block, and what its three directions share. */
// @ts-ignore: decorator
@unmanaged
class Grouped {
  /** Groups of a block; it divides the groups. */
  merged: i32;
  /** Channels of the image and of the output in one group, and in one block. */
  groupChannels: i32;
  groupFilters: i32;
  channels: i32;
  filters: i32;
  blocks: i32;
  patches: i32;
  taps: i32;
  product: PanelProduct;
  /** A block's filter, [tap][channel][filter]. */
  filter: usize;
  patchTable: usize;
  outputTable: usize;
  patchSpans: usize;
  outputSpan: usize;
  /** The padded image; the image itself where there is no padding. */
  image: usize;
}

function padded(g: ConvolutionGeometry): bool {
  return (g.padTop | g.padBottom | g.padLeft | g.padRight) != 0;
}

function imageHeight(g: ConvolutionGeometry): i32 {
  return g.inputHeight + g.padTop + g.padBottom;
}

function imageWidth(g: ConvolutionGeometry): i32 {
  return g.inputWidth + g.padLeft + g.padRight;
}

function imageBytes(g: ConvolutionGeometry): i32 {
  return g.batch * imageHeight(g) * imageWidth(g) * g.inputChannels * 4;
}

function mergedGroups(g: ConvolutionGeometry): i32 {
  let most = max(1, BLOCK_FILTERS / (g.outputChannels / g.groups));
  while (g.groups % most != 0) most--;
  return most;
}

/** Bytes of workspace that any of the three directions needs. */
export function groupedConvolutionWorkspace(geometry: usize): i32 {
  let g = changetype<ConvolutionGeometry>(geometry);
  let merged = mergedGroups(g);
  let channels = (g.inputChannels / g.groups) * merged;
  let filters = (g.outputChannels / g.groups) * merged;
  let taps = g.filterHeight * g.filterWidth;
  let patches = g.batch * g.outputHeight * g.outputWidth;
  return (
    2 * HEADER_BYTES + PRODUCT_SCRATCH_BYTES + taps * channels * filters * 4 + 2 * rowTableBytes(patches) +
    taps * (channels + PANEL_ROWS) * 4 + taps * 4 + 64 +
    (taps * panelsOfColumns(channels) + panelsOfColumns(filters) + 2) * COLUMN_ENTRY_BYTES +
    (padded(g) ? imageBytes(g) : 0) + 64
  );
}

/** Copies the image into the middle of the padded one, or (`back`) out of it. */
function copyPadded(image: usize, target: usize, g: ConvolutionGeometry, back: bool): void {
  let rowBytes: usize = (g.inputWidth * g.inputChannels) << 2;
  let targetRowBytes: usize = (imageWidth(g) * g.inputChannels) << 2;
  for (let b = 0; b < g.batch; b++) {
    let inside = target + (b * imageHeight(g) + g.padTop) * targetRowBytes + ((g.padLeft * g.inputChannels) << 2);
    for (let y = 0; y < g.inputHeight; y++) {
      if (back) memory.copy(image, inside, rowBytes);
      else memory.copy(inside, image, rowBytes);
      image += rowBytes;
      inside += targetRowBytes;
    }
  }
}

/** Lays out the workspace. `written`: the image is written, and must be zero before. */
function begin(g: ConvolutionGeometry, image: usize, written: bool, workspace: usize): Grouped {
  let c = changetype<Grouped>(workspace);
  let p = changetype<PanelProduct>(workspace + HEADER_BYTES);
  c.product = p;
  c.merged = mergedGroups(g);
  c.groupChannels = g.inputChannels / g.groups;
  c.groupFilters = g.outputChannels / g.groups;
  c.channels = c.groupChannels * c.merged;
  c.filters = c.groupFilters * c.merged;
  c.blocks = g.groups / c.merged;
  c.patches = g.batch * g.outputHeight * g.outputWidth;
  c.taps = g.filterHeight * g.filterWidth;
  p.scratch = workspace + 2 * HEADER_BYTES;
  c.filter = p.scratch + PRODUCT_SCRATCH_BYTES;
  c.patchTable = c.filter + ((c.taps * c.channels * c.filters) << 2);
  c.outputTable = c.patchTable + rowTableBytes(c.patches);
  c.patchSpans = c.outputTable + max(rowTableBytes(c.patches), (c.taps * (c.channels + PANEL_ROWS)) << 2);
  c.outputSpan = c.patchSpans + (c.taps << 2);
  p.columnTable = c.outputSpan + 4;
  c.image = image;
  if (padded(g)) {
    c.image = (p.columnTable + (c.taps * panelsOfColumns(c.channels) + panelsOfColumns(c.filters) + 2) * COLUMN_ENTRY_BYTES + 15) & ~15;
    memory.fill(c.image, 0, imageBytes(g));
    if (!written) copyPadded(image, c.image, g, false);
  } else if (written) memory.fill(c.image, 0, imageBytes(g));
  patchRows(c.patchTable, c.image, g, imageHeight(g), imageWidth(g), written);
  p.outputEnd = 0;
  p.accumulate = false;
  return c;
}

/** Offsets of a block's channels in the pixels of a patch, and of its filters in an output pixel. */
function placeBlock(c: Grouped, g: ConvolutionGeometry, block: i32): void {
  let at = c.patchSpans;
  for (let y = 0; y < g.filterHeight; y++) {
    for (let x = 0; x < g.filterWidth; x++) {
      let pixel = y * g.dilationHeight * imageWidth(g) + x * g.dilationWidth;
      store<u32>(at, (pixel * g.inputChannels + block * c.channels) << 2);
      at += 4;
    }
  }
  store<u32>(c.outputSpan, (block * c.filters) << 2);
}

/** Copies a block's filters, [tap][channel of the group][filter], onto the diagonal of [tap][channel][filter], or (`back`) from it. */
function copyFilters(c: Grouped, g: ConvolutionGeometry, block: i32, filters: usize, back: bool): void {
  let runBytes: usize = c.groupFilters << 2;
  if (!back) memory.fill(c.filter, 0, (c.taps * c.channels * c.filters) << 2);
  for (let tap = 0; tap < c.taps; tap++) {
    for (let group = 0; group < c.merged; group++) {
      for (let i = 0; i < c.groupChannels; i++) {
        let whole =
          filters + (((tap * c.groupChannels + i) * g.outputChannels + (block * c.merged + group) * c.groupFilters) << 2);
        let own =
          c.filter + (((tap * c.channels + group * c.groupChannels + i) * c.filters + group * c.groupFilters) << 2);
        if (back) memory.copy(whole, own, runBytes);
        else memory.copy(own, whole, runBytes);
      }
    }
  }
}

/** y = convolution of every group of x with its filters. */
export function groupedConvolutionForward(x: usize, filter: usize, y: usize, geometry: usize, workspace: usize): void {
  let g = changetype<ConvolutionGeometry>(geometry);
  let c = begin(g, x, false, workspace);
  let p = c.product;
  outputRows(c.outputTable, y, 1, c.patches, g.outputChannels << 2);
  p.leftKind = LEFT_ROWS;
  p.left = c.patchTable;
  p.leftSpanTable = c.patchSpans;
  p.leftSpanLength = c.channels;
  p.rowPanels = panelsOfRows(c.patches);
  p.depth = c.taps * c.channels;
  p.rightKind = RIGHT_ROWS;
  p.right = c.filter;
  p.rightStride = c.filters << 2;
  p.outputTable = c.outputTable;
  for (let block = 0; block < c.blocks; block++) {
    placeBlock(c, g, block);
    copyFilters(c, g, block, filter, false);
    p.columnPanels = columnPanels(p.columnTable, c.outputSpan, 1, c.filters);
    multiplyPanels(p);
  }
}

/** dx = gradient of the input. */
export function groupedConvolutionInputGradient(dy: usize, filter: usize, dx: usize, geometry: usize, workspace: usize): void {
  let g = changetype<ConvolutionGeometry>(geometry);
  let c = begin(g, dx, true, workspace);
  let p = c.product;
  denseRows(c.outputTable, dy, c.patches, g.outputChannels << 2);
  p.leftKind = LEFT_ROWS;
  p.left = c.outputTable;
  p.leftSpanTable = c.outputSpan;
  p.leftSpanLength = c.filters;
  p.rowPanels = panelsOfRows(c.patches);
  p.depth = c.filters;
  p.rightKind = RIGHT_COLUMNS;
  p.right = c.filter;
  p.rightStride = c.filters << 2;
  p.outputTable = c.patchTable;
  p.accumulate = true;
  p.outputEnd = c.image + imageBytes(g);
  for (let block = 0; block < c.blocks; block++) {
    placeBlock(c, g, block);
    copyFilters(c, g, block, filter, false);
    p.columnPanels = columnPanels(p.columnTable, c.patchSpans, c.taps, c.channels);
    multiplyPanels(p);
  }
  if (padded(g)) copyPadded(dx, c.image, g, true);
}

/** dw = gradient of the filters. */
export function groupedConvolutionFilterGradient(x: usize, dy: usize, dw: usize, geometry: usize, workspace: usize): void {
  let g = changetype<ConvolutionGeometry>(geometry);
  let c = begin(g, x, false, workspace);
  let p = c.product;
  outputRows(c.outputTable, c.filter, c.taps, c.channels, c.filters << 2);
  p.leftKind = LEFT_COLUMNS;
  p.left = c.patchTable;
  p.leftSpanTable = c.patchSpans;
  p.leftSpanLength = c.channels;
  p.rowPanels = c.taps * panelsOfRows(c.channels);
  p.depth = c.patches;
  p.rightKind = RIGHT_ROWS;
  p.rightStride = g.outputChannels << 2;
  p.outputTable = c.outputTable;
  for (let block = 0; block < c.blocks; block++) {
    placeBlock(c, g, block);
    p.right = dy + ((block * c.filters) << 2);
    store<u32>(c.outputSpan, 0);
    p.columnPanels = columnPanels(p.columnTable, c.outputSpan, 1, c.filters);
    multiplyPanels(p);
    copyFilters(c, g, block, dw, true);
  }
}
