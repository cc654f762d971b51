/**
 * Address tables: what lets one matrix-product core serve dense matrices, convolutions and their gradients alike.
 *
 * - A row table holds the byte address of every row of an operand. For a dense matrix row i begins at base + i * stride; for
 *   a convolution "row i" is the image patch under output pixel i, read straight from the NHWC image, so patches are never
 *   copied out (no im2col).
 * - A span table holds the byte offsets, from a row's address, of the contiguous runs that make up the row: one run of K floats
 *   for a dense row, filterHeight runs of filterWidth * channels floats for a patch (filterHeight * filterWidth runs of `channels`
 *   floats when the filter is dilated).
 * - A column table describes the panels of 8 output columns: byte offset within an output row, number of valid columns,
 *   index of the first column in the right operand.
 *
 * Tables whose rows are read are padded to whole panels with copies of their last row (harmless to read); tables whose
 * rows are written are padded with address 0, which the block kernel skips.
 */
import { PANEL_ROWS, PANEL_COLUMNS } from './block';
import { ConvolutionGeometry } from './geometry';

/** Bytes of one column panel's entry. */
export const COLUMN_ENTRY_BYTES: i32 = 12;

/** Bytes of a row table for `rows` rows, padding included. */
export function rowTableBytes(rows: i32): i32 {
  return (rows + PANEL_ROWS) << 2;
}

export function panelsOfRows(rows: i32): i32 {
  return (rows + PANEL_ROWS - 1) / PANEL_ROWS;
}

export function panelsOfColumns(columns: i32): i32 {
  return (columns + PANEL_COLUMNS - 1) / PANEL_COLUMNS;
}

function padTable(table: usize, rows: i32, value: u32): void {
  for (let i = rows; i % PANEL_ROWS != 0; i++) store<u32>(table + (i << 2), value);
}

/** Rows of a dense matrix that are only read. */
export function denseRows(table: usize, base: usize, rows: i32, stride: i32): void {
  for (let i = 0; i < rows; i++) store<u32>(table + (i << 2), <u32>base + i * stride);
  padTable(table, rows, <u32>base + (rows - 1) * stride);
}

/** Rows of a dense matrix that are written: `spans` groups of `length` rows, each group padded to whole panels. */
export function outputRows(table: usize, base: usize, spans: i32, length: i32, stride: i32): void {
  let entry = table;
  for (let span = 0; span < spans; span++) {
    for (let t = 0; t < length; t++) {
      store<u32>(entry, <u32>base + (span * length + t) * stride);
      entry += 4;
    }
    for (let t = length; t % PANEL_ROWS != 0; t++) {
      store<u32>(entry, 0);
      entry += 4;
    }
  }
}

/** The patch under every output pixel; `image` is the (already padded) NHWC image of `height` x `width` pixels. */
export function patchRows(
  table: usize,
  image: usize,
  g: ConvolutionGeometry,
  height: i32,
  width: i32,
  written: bool,
): void {
  let pixelBytes = g.inputChannels << 2;
  let entry = table;
  let last: u32 = 0;
  for (let b = 0; b < g.batch; b++) {
    for (let y = 0; y < g.outputHeight; y++) {
      let address = <u32>image + (b * height + y * g.strideHeight) * width * pixelBytes;
      for (let x = 0; x < g.outputWidth; x++) {
        store<u32>(entry, address);
        last = address;
        address += g.strideWidth * pixelBytes;
        entry += 4;
      }
    }
  }
  padTable(table, <i32>((entry - table) >> 2), written ? 0 : last);
}

/** The column panels of a row made of `spans` runs of `length` floats at the offsets in `spanTable`. Returns how many. */
export function columnPanels(table: usize, spanTable: usize, spans: i32, length: i32): i32 {
  let entry = table;
  let count = 0;
  for (let span = 0; span < spans; span++) {
    let offset = load<u32>(spanTable + (span << 2));
    for (let t = 0; t < length; t += PANEL_COLUMNS) {
      store<u32>(entry, offset + (t << 2));
      store<i32>(entry, min(PANEL_COLUMNS, length - t), 4);
      store<i32>(entry, span * length + t, 8);
      entry += COLUMN_ENTRY_BYTES;
      count++;
    }
  }
  return count;
}

/**
 * Reorders a row table so that the rows of one panel lie far apart: overlapping patches of neighbouring output pixels are
 * added to in turn, and a load that follows a store to the same bytes too closely stalls the processor.
 */
export function scatterRows(source: usize, target: usize, rows: i32, written: bool): void {
  let panels = panelsOfRows(rows);
  let padding = written ? 0 : load<u32>(source + ((rows - 1) << 2));
  for (let panel = 0; panel < panels; panel++) {
    for (let r = 0; r < PANEL_ROWS; r++) {
      let i = r * panels + panel;
      store<u32>(target, i < rows ? load<u32>(source + (i << 2)) : padding);
      target += 4;
    }
  }
}
