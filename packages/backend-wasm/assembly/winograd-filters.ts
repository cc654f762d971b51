/**
 * The filters of Winograd's convolutions (winograd.ts): transformed and packed for the products, and their gradients transformed back.
 *
 * A filter is read by rows of its taps, r x r of them at once, which lie far apart: each tap is brought into the caches first, as one run.
 */
import { DEPTH_BLOCK } from './cache-blocks';
import { ConvolutionGeometry } from './geometry';
import { collectFilter, transformFilter } from './generated/winograd-transforms';
import { prefetch, prefetchRows } from './prefetch';
import { panelsOfColumns } from './tables';
import { transpose } from './transpose';
import { Winograd } from './winograd-tiles';

/** Columns of the filter that are transformed together: writing a whole row of all points' panels would leave each line of the cache half written. */
export const FILTER_CHUNK: i32 = 32;

/** Bytes that packFilters needs for exchanged taps of r x r. */
// @ts-ignore: decorator
@inline export function exchangeBytes(r: i32, outputChannels: i32): i32 {
  return r * r * outputChannels * FILTER_CHUNK * 4;
}

/** Which tap of the filter is tap (i, j) of the r x r of phase (py, px); -1 beyond the filter's edge. */
// @ts-ignore: decorator
@inline function tapOf(w: Winograd, g: ConvolutionGeometry, py: i32, px: i32, i: i32, j: i32): i32 {
  let y = i * w.stride + py;
  let x = j * w.stride + px;
  return y < g.filterHeight && x < g.filterWidth ? y * g.filterWidth + x : -1;
}

/**
 * Columns [from, to) of the transformed filter as the right operand of every point's product, packed as the micro-kernel reads it: panels of 8 columns,
 * DEPTH_BLOCK steps of the reduction at a time, `packedBytes` a point.
 * Forward: [phase, input][output]. `exchanged`: [output][phase, input], by way of `exchange`, exchangeBytes bytes.
 */
export function packFilters(
  w: Winograd, g: ConvolutionGeometry, filter: usize, exchanged: bool, from: i32, to: i32, packed: usize, packedBytes: usize, exchange: usize,
): void {
  let channels = exchanged ? g.inputChannels : g.outputChannels;
  let rows = exchanged ? g.outputChannels : g.inputChannels;
  let depth = exchanged ? rows : w.phases * rows;
  let panels = panelsOfColumns(to - from);
  // A group of columns must not straddle two panels.
  let group = channels & 7 ? 4 : 8;
  if ((to - from) & 7) memory.fill(packed, 0, w.points * packedBytes);
  for (let phase = 0; phase < w.phases; phase++) {
    let py = phase / w.stride;
    let px = phase - py * w.stride;
    let first = exchanged ? phase * channels : 0;
    let last = min(first + channels, to);
    if (!exchanged) prefetchTaps(w, g, filter, py, px, from, to);
    for (let chunk = max(first, from); chunk < last; chunk += FILTER_CHUNK) {
      let end = min(chunk + FILTER_CHUNK, last);
      let width = exchanged ? end - chunk : channels;
      let taps = filter;
      if (exchanged) {
        exchangeTaps(w, g, filter, py, px, chunk - first, width, exchange);
        taps = exchange;
      } else taps += chunk << 2;
      for (let row = 0; row < rows; row++) {
        tapTable(w, g, taps, py, px, row, rows, width, exchanged, w.zeros);
        let k = exchanged ? row : phase * rows + row;
        let k0 = k & ~(DEPTH_BLOCK - 1);
        let panelBytes = min(DEPTH_BLOCK, depth - k0) << 5;
        let step = packed + ((k0 * panels) << 5) + ((k - k0) << 5);
        for (let c = chunk; c < end; c += group) {
          let column = c - from;
          let address = step + (column >> 3) * panelBytes + ((column & 7) << 2);
          transformFilter(w.n, w.m, w.table, (c - chunk) << 2, group, address, packedBytes, w.scratch);
        }
      }
    }
  }
}

/** Brings columns [from, to) of a phase's taps into the caches. */
function prefetchTaps(w: Winograd, g: ConvolutionGeometry, filter: usize, py: i32, px: i32, from: i32, to: i32): void {
  let rowBytes: usize = g.outputChannels << 2;
  let length: usize = (to - from) << 2;
  for (let i = 0; i < w.r; i++) {
    for (let j = 0; j < w.r; j++) {
      let tap = tapOf(w, g, py, px, i, j);
      if (tap < 0) continue;
      prefetchRows(filter + tap * g.inputChannels * rowBytes + (from << 2), g.inputChannels, rowBytes, length, w.scratch);
    }
  }
}

/** Input channels [from, from + count) of a phase's taps, [tap of r x r][input][output], as [tap][output][input]. */
function exchangeTaps(w: Winograd, g: ConvolutionGeometry, filter: usize, py: i32, px: i32, from: i32, count: i32, to: usize): void {
  let rowBytes: usize = g.outputChannels << 2;
  for (let i = 0; i < w.r; i++) {
    for (let j = 0; j < w.r; j++) {
      let tap = tapOf(w, g, py, px, i, j);
      if (tap >= 0) {
        let at = filter + (tap * g.inputChannels + from) * rowBytes;
        prefetch(at, count * rowBytes, w.scratch);
        transpose(at, to, count, g.outputChannels);
      }
      to += count * rowBytes;
    }
  }
}

/**
 * Addresses of a row of each of a phase's r x r taps, of `rows` rows of `width` values each; taps beyond the filter's edge are `outside`. The taps are those of
 * the filter, or (`together`) the r x r one after the other.
 */
function tapTable(
  w: Winograd, g: ConvolutionGeometry, taps: usize, py: i32, px: i32, row: i32, rows: i32, width: i32, together: bool, outside: usize,
): void {
  let at = w.table;
  for (let i = 0; i < w.r; i++) {
    for (let j = 0; j < w.r; j++) {
      let tap = tapOf(w, g, py, px, i, j);
      let place = together ? i * w.r + j : tap;
      store<u32>(at, <u32>(tap < 0 ? outside : taps + ((place * rows + row) * width << 2)));
      at += 4;
    }
  }
}

/** Transforms the gradient of rows [from, to) of the filter, du[point][phase, channel][column], and writes it. */
export function collectFilters(w: Winograd, g: ConvolutionGeometry, du: usize, duBytes: usize, dw: usize, from: i32, to: i32): void {
  let columns = g.outputChannels;
  for (let row = from; row < to; row++) {
    let phase = row / g.inputChannels;
    let py = phase / w.stride;
    tapTable(w, g, dw, py, phase - py * w.stride, row - phase * g.inputChannels, g.inputChannels, columns, false, 0);
    collectFilter(w.n, w.m, du, duBytes, columns, w.table, w.scratch);
    du += columns << 2;
  }
}
