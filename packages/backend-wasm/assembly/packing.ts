/**
 * Packing: copies a cache block of an operand into panels laid out in the order in which the micro-kernel reads them.
 *
 * Left panels hold PANEL_ROWS values per reduction step, right panels 8. Nothing is read beyond an operand's end: narrow last
 * panels take the exact, slower path.
 */
import { PANEL_ROWS } from './block';
import { storeTransposed4 } from './simd';

/**
 * Rows of the left operand, gathered: element k of row i lies at rowTable[i] + spanTable[k / spanLength] + 4 (k % spanLength).
 * Packs steps [k0, k0 + depth) of one panel.
 */
export function packLeftRows(
  rowTable: usize,
  spanTable: usize,
  spanLength: i32,
  k0: i32,
  depth: i32,
  out: usize,
): void {
  let row0 = <usize>load<u32>(rowTable);
  let row1 = <usize>load<u32>(rowTable, 4);
  let row2 = <usize>load<u32>(rowTable, 8);
  let row3 = <usize>load<u32>(rowTable, 12);
  let row4: usize = 0;
  let row5: usize = 0;
  if (PANEL_ROWS == 6) {
    row4 = load<u32>(rowTable, 16);
    row5 = load<u32>(rowTable, 20);
  }
  let k = k0;
  let kEnd = k0 + depth;
  let span = k0 / spanLength;
  let t = k0 - span * spanLength;
  while (k < kEnd) {
    let run = min(spanLength - t, kEnd - k);
    let offset = <usize>load<u32>(spanTable + (span << 2)) + (t << 2);
    let vectorEnd = offset + ((run & ~3) << 2);
    k += run;
    for (; offset < vectorEnd; offset += 16) {
      storeTransposed4(
        out,
        PANEL_ROWS * 4,
        v128.load(row0 + offset),
        v128.load(row1 + offset),
        v128.load(row2 + offset),
        v128.load(row3 + offset),
      );
      if (PANEL_ROWS == 6) {
        let x4 = v128.load(row4 + offset);
        let x5 = v128.load(row5 + offset);
        let low = v128.shuffle<f32>(x4, x5, 0, 4, 1, 5);
        let high = v128.shuffle<f32>(x4, x5, 2, 6, 3, 7);
        v128.store_lane<i64>(out, low, 0, 16);
        v128.store_lane<i64>(out, low, 1, 40);
        v128.store_lane<i64>(out, high, 0, 64);
        v128.store_lane<i64>(out, high, 1, 88);
      }
      out += PANEL_ROWS * 16;
    }
    for (let rest = run & 3; rest > 0; rest--) {
      store<f32>(out, load<f32>(row0 + offset));
      store<f32>(out, load<f32>(row1 + offset), 4);
      store<f32>(out, load<f32>(row2 + offset), 8);
      store<f32>(out, load<f32>(row3 + offset), 12);
      if (PANEL_ROWS == 6) {
        store<f32>(out, load<f32>(row4 + offset), 16);
        store<f32>(out, load<f32>(row5 + offset), 20);
      }
      out += PANEL_ROWS * 4;
      offset += 4;
    }
    t = 0;
    span++;
  }
}

/**
 * Columns of a matrix whose rows are in the table, as rows of the left operand: A transposed, without transposing it.
 * Packs `depth` table rows, `columns` consecutive floats at byte `offset` of each, into panels: all panels of a row before the next
 * row, so that memory is read forward.
 */
export function packLeftColumns(rowTable: usize, depth: i32, offset: usize, columns: i32, out: usize): void {
  let tableEnd = rowTable + (depth << 2);
  let panelBytes: usize = depth * (PANEL_ROWS * 4);
  let wholeBytes: usize = (columns / PANEL_ROWS) * (PANEL_ROWS * 4);
  let rest = columns % PANEL_ROWS;
  for (; rowTable < tableEnd; rowTable += 4) {
    let source = <usize>load<u32>(rowTable) + offset;
    let end = source + wholeBytes;
    let panel = out;
    for (; source < end; source += PANEL_ROWS * 4) {
      v128.store(panel, v128.load(source));
      if (PANEL_ROWS == 6) store<u64>(panel, load<u64>(source, 16), 16);
      panel += panelBytes;
    }
    if (rest > 0) {
      for (let i = 0; i < rest; i++) store<f32>(panel + (i << 2), load<f32>(end + (i << 2)));
      for (let i = rest; i < PANEL_ROWS; i++) store<f32>(panel + (i << 2), 0);
    }
    out += PANEL_ROWS * 4;
  }
}

/** A panel of `columns` (at most 8) columns of a row-major right operand whose rows lie `stride` bytes apart. */
export function packRightRows(source: usize, stride: usize, depth: i32, columns: i32, out: usize): void {
  let end = out + ((<usize>depth) << 5);
  if (columns == 8) {
    while (out < end) {
      v128.store(out, v128.load(source));
      v128.store(out, v128.load(source, 16), 16);
      out += 32;
      source += stride;
    }
    return;
  }
  while (out < end) {
    for (let i = 0; i < columns; i++) store<f32>(out + (i << 2), load<f32>(source + (i << 2)));
    for (let i = columns; i < 8; i++) store<f32>(out + (i << 2), 0);
    out += 32;
    source += stride;
  }
}

/** The same for a right operand stored transposed: column j is the row at source + j * stride. */
export function packRightColumns(source: usize, stride: usize, depth: i32, columns: i32, out: usize): void {
  let panel = out;
  let last = columns - 1;
  let column1 = source + min(1, last) * stride;
  let column2 = source + min(2, last) * stride;
  let column3 = source + min(3, last) * stride;
  let column4 = source + min(4, last) * stride;
  let column5 = source + min(5, last) * stride;
  let column6 = source + min(6, last) * stride;
  let column7 = source + min(7, last) * stride;
  let offset: usize = 0;
  let vectorEnd: usize = (depth & ~3) << 2;
  for (; offset < vectorEnd; offset += 16) {
    storeTransposed4(
      out,
      32,
      v128.load(source + offset),
      v128.load(column1 + offset),
      v128.load(column2 + offset),
      v128.load(column3 + offset),
    );
    storeTransposed4(
      out + 16,
      32,
      v128.load(column4 + offset),
      v128.load(column5 + offset),
      v128.load(column6 + offset),
      v128.load(column7 + offset),
    );
    out += 128;
  }
  for (let rest = depth & 3; rest > 0; rest--) {
    store<f32>(out, load<f32>(source + offset));
    store<f32>(out, load<f32>(column1 + offset), 4);
    store<f32>(out, load<f32>(column2 + offset), 8);
    store<f32>(out, load<f32>(column3 + offset), 12);
    store<f32>(out, load<f32>(column4 + offset), 16);
    store<f32>(out, load<f32>(column5 + offset), 20);
    store<f32>(out, load<f32>(column6 + offset), 24);
    store<f32>(out, load<f32>(column7 + offset), 28);
    out += 32;
    offset += 4;
  }
  if (columns < 8) {
    for (let p = panel, end = panel + ((<usize>depth) << 5); p < end; p += 32) {
      for (let i = columns; i < 8; i++) store<f32>(p + (i << 2), 0);
    }
  }
}
