/**
 * Grouped 2-D convolution, NHWC, and its two gradients: channels are cut into groups that do not see each other.
 *
 * Groups are too narrow for the matrix product, whose packing pays by the columns that use what was packed; these are direct sums instead. With C
 * channels and F filters a group, x[p] the group's channels of a pixel and w[t] a tap of its filter:
 *   forward           y[p]  = sum over taps of x[s p + t] w[t]          a few pixels by up to 12 filters at a time, held in registers
 *   input gradient    dx[u] = sum over taps of dy[(u - t) / s] w[t]^T   where that is a whole pixel: for each of the s * s phases of the
 *                                                                       image a forward sum of stride 1 over the taps that it sees
 *   filter gradient   dw[t] = sum over pixels of x[s p + t]^T dy[p]     a few (tap, channel) by up to 12 filters at a time
 * The channels of one group are copied together first (grouped-window.ts). Filters are packed into vectors of 4 channels, filled up with zeros. The inner loops are
 * generated (scripts/grouped-kernels.mjs).
 *
 * Rate beside a matrix product of 44 GFLOP/s: 12 to 14 with 3 channels a group, 22 to 25 with 6, 36 with 12 (bench/grouped-convolution.ts, one core).
 */
import { correlatePixels, MOST_PIXELS, MOST_ROWS, reducePixels, sumRows } from './generated/grouped-kernels';
import { ConvolutionGeometry } from './geometry';
import { copyGroup, gradientWindow, inputWindow, Window, windowPixels } from './grouped-window';
import { aligned } from './simd';

/** What a group writes: `channels` of each image. */
// @ts-ignore: decorator
@unmanaged
class Output {
  data: usize;
  channels: i32;
  imageBytes: i32;
}

/** A direct sum over the window, of which the forward direction has one, and the input gradient one for each phase of the image. */
// @ts-ignore: decorator
@unmanaged
class Phase {
  /** For each pixel that is written the bytes from the window's beginning to where it reads, and from the output image's to itself. */
  pixels: usize;
  pixelsEnd: usize;
  /** Taps that lie behind one another in the window are one run; for each run the bytes from behind the run before it to its own. */
  runs: usize;
  runCount: i32;
  /** Bytes from a pixel to behind the last tap's channels. */
  runsEnd: i32;
  tapCount: i32;
  /** Packed: [group][vectors][tap][channel read][4 * vectors]. */
  filters: usize;
}

const PHASE_BYTES: i32 = 32;
const OUTPUT_OFFSET: i32 = 64;
const HEADER_BYTES: i32 = 128;
/** Pixels of the output over which the filter gradient sums before it takes the next (tap, channel): they stay in the first-level cache. */
const GRADIENT_PIXELS: i32 = 256;

// @ts-ignore: decorator
@inline function wholeVectors(channels: i32): i32 {
  return (channels + 3) & ~3;
}

/** Vectors of 4 channels that are computed together, from channel `first` of `lanes` on: 3, but rather 2 and 2 than 3 and 1. */
function vectorsAt(first: i32, lanes: i32): i32 {
  let left = (lanes - first + 3) >> 2;
  return left == 4 ? 2 : min(3, left);
}

function tapCount(g: ConvolutionGeometry): i32 {
  return g.filterHeight * g.filterWidth;
}

/** Runs of a filter's taps whose channels lie behind one another in the input's window: its rows, or single taps where it is dilated. */
function runsOf(g: ConvolutionGeometry): i32 {
  return g.dilationWidth == 1 ? g.filterHeight : tapCount(g);
}

/** Floats of the filter gradient's tiles of sums, at most. */
function sumFloats(g: ConvolutionGeometry): i32 {
  return (tapCount(g) * (g.inputChannels / g.groups) + runsOf(g) * MOST_ROWS) * g.groups * wholeVectors(g.outputChannels / g.groups);
}

function gradientImages(g: ConvolutionGeometry): i32 {
  return min(g.batch, max(1, GRADIENT_PIXELS / (g.outputHeight * g.outputWidth)));
}

/** Bytes of workspace that any of the three directions needs; the workspace itself is not written. */
export function groupedConvolutionWorkspace(geometry: usize): i32 {
  let g = changetype<ConvolutionGeometry>(geometry);
  let channels = g.inputChannels / g.groups;
  let filters = g.outputChannels / g.groups;
  let taps = tapCount(g);
  let phases = g.strideHeight * g.strideWidth;
  let packed = max(sumFloats(g), g.groups * taps * filters * wholeVectors(channels));
  let images = gradientImages(g);
  let input = images * (g.inputHeight + g.padTop + g.padBottom) * (g.inputWidth + g.padLeft + g.padRight) * channels;
  let output = images * g.outputHeight * g.outputWidth * wholeVectors(filters);
  let gradient =
    (g.outputHeight + g.inputHeight + g.padTop + g.filterHeight * g.dilationHeight + 1) *
    (g.outputWidth + g.inputWidth + g.padLeft + g.filterWidth * g.dilationWidth + 1) * filters;
  let pixels = phases * MOST_PIXELS + max(g.inputHeight * g.inputWidth, images * g.outputHeight * g.outputWidth);
  return HEADER_BYTES + phases * (PHASE_BYTES + 4) + pixels * 8 + (taps + packed + max(input + output, gradient) + MOST_ROWS) * 4 + 128;
}

function beginTaps(p: Phase, runs: usize): void {
  p.runs = runs;
  p.runCount = 0;
  p.runsEnd = 0;
  p.tapCount = 0;
}

/** The next tap, at `offset` bytes from the pixel. Taps are added row by row at one distance, so that all runs are of one length. */
function addTap(p: Phase, offset: i32, channels: i32): void {
  if (p.tapCount == 0 || offset != p.runsEnd) {
    store<i32>(p.runs + (p.runCount << 2), offset - p.runsEnd);
    p.runCount++;
  }
  p.runsEnd = offset + (channels << 2);
  p.tapCount++;
}

/**
 * Packs one tap of one group's filter: [depth][width], of which `valid` columns are there; neighbours along either axis lie depthBytes and laneBytes apart.
 */
function packTap(from: usize, depth: i32, valid: i32, width: i32, depthBytes: i32, laneBytes: i32, to: usize): void {
  for (let k = 0; k < depth; k++) {
    let lane = from;
    for (let i = 0; i < valid; i++) {
      store<f32>(to + (i << 2), load<f32>(lane));
      lane += laneBytes;
    }
    for (let i = valid; i < width; i++) store<f32>(to + (i << 2), 0);
    from += depthBytes;
    to += width << 2;
  }
}

/** Packs one tap of all groups' filters, whose first values lie groupBytes apart, as the phase's tap `position` of `count`. */
function packFilters(
  filter: usize, groups: i32, groupBytes: i32, depth: i32, lanes: i32, depthBytes: i32, laneBytes: i32, position: i32, count: i32, to: usize,
): void {
  for (let group = 0; group < groups; group++) {
    for (let first = 0; first < lanes; ) {
      let width = vectorsAt(first, lanes) << 2;
      let tapBytes = (depth * width) << 2;
      packTap(
        filter + group * groupBytes + first * laneBytes, depth, min(width, lanes - first), width, depthBytes, laneBytes, to + position * tapBytes,
      );
      to += count * tapBytes;
      first += width;
    }
  }
}

/** Sums all phases of all groups: window by window from `from` (pixels of pixelBytes) to the output. */
function correlate(w: Window, from: usize, pixelBytes: i32, batch: i32, groups: i32, phases: usize, phaseCount: i32, out: Output): void {
  let lanes = out.channels;
  let imageBytes = w.height * w.width * pixelBytes;
  for (let b = 0; b < batch; b++) {
    for (let group = 0; group < groups; group++) {
      copyGroup(w, from + b * imageBytes, 1, pixelBytes, group * w.channels);
      for (let i = 0; i < phaseCount; i++) {
        let p = changetype<Phase>(phases + i * PHASE_BYTES);
        let runsEnd = p.runs + (p.runCount << 2);
        let filter = p.filters + ((group * p.tapCount * w.channels * wholeVectors(lanes)) << 2);
        for (let first = 0; first < lanes; ) {
          let vectors = vectorsAt(first, lanes);
          let width = vectors << 2;
          let bytes = (p.tapCount * w.channels * width) << 2;
          correlatePixels(
            vectors, w.data, out.data + b * out.imageBytes + ((group * lanes + first) << 2), p.pixels, p.pixelsEnd, p.runs, runsEnd,
            filter, bytes / max(1, p.runCount), min(width, lanes - first),
          );
          filter += bytes;
          first += width;
        }
      }
    }
  }
}

/**
 * The pixel table of rows x columns pixels; `source`, `target`, steps and rows in bytes. Filled up with the last pixel, which is then computed again.
 * Returns its end.
 */
function tabulatePixels(
  table: usize, rows: i32, columns: i32, source: i32, sourceStep: i32, sourceRow: i32, target: i32, targetStep: i32, targetRow: i32,
): usize {
  let end = table;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      store<i32>(end, source + i * sourceRow + j * sourceStep);
      store<i32>(end, target + i * targetRow + j * targetStep, 4);
      end += 8;
    }
  }
  for (let i = 0; i < MOST_PIXELS && end > table; i++) store<u64>(end + (i << 3), load<u64>(end - 8));
  return end;
}

/** y = convolution of every group of x with its filters. */
export function groupedConvolutionForward(x: usize, filter: usize, y: usize, geometry: usize, workspace: usize): void {
  let g = changetype<ConvolutionGeometry>(geometry);
  let w = inputWindow(workspace, g);
  let out = changetype<Output>(workspace + OUTPUT_OFFSET);
  let lanes = g.outputChannels / g.groups;
  let filterRow = g.outputChannels << 2;
  out.data = y;
  out.channels = lanes;
  out.imageBytes = g.outputHeight * g.outputWidth * filterRow;
  let count = tapCount(g);
  let p = changetype<Phase>(workspace + HEADER_BYTES);
  let stepBytes = w.length << 2;
  let rowBytes = w.paddedWidth * stepBytes;
  beginTaps(p, changetype<usize>(p) + PHASE_BYTES);
  p.pixels = p.runs + (count << 2);
  p.pixelsEnd = tabulatePixels(
    p.pixels, g.outputHeight, g.outputWidth, 0, g.strideWidth * stepBytes, g.strideHeight * rowBytes, 0, filterRow, g.outputWidth * filterRow,
  );
  p.filters = aligned(p.pixelsEnd + MOST_PIXELS * 8);
  for (let i = 0; i < g.filterHeight; i++) {
    for (let j = 0; j < g.filterWidth; j++) {
      let tap = i * g.filterWidth + j;
      addTap(p, i * g.dilationHeight * rowBytes + j * g.dilationWidth * stepBytes, w.channels);
      packFilters(
        filter + tap * w.channels * filterRow, g.groups, lanes << 2, w.channels, lanes, filterRow, 4, tap, count, p.filters,
      );
    }
  }
  w.data = aligned(p.filters + ((g.groups * count * w.channels * wholeVectors(lanes)) << 2));
  memory.fill(w.data, 0, windowPixels(w) * stepBytes);
  correlate(w, x, g.inputChannels << 2, g.batch, g.groups, changetype<usize>(p), 1, out);
}

/** First position, counted in strides, of the pixels of a phase of the padded image that lie behind its padding. */
// @ts-ignore: decorator
@inline function firstOfPhase(phase: i32, padBefore: i32, stride: i32): i32 {
  return max(0, padBefore - phase + stride - 1) / stride;
}

/** How many pixels of a phase, from the one at image coordinate `first` on, lie in an image of `size`. */
// @ts-ignore: decorator
@inline function countOfPhase(first: i32, size: i32, stride: i32): i32 {
  return first < size ? (size - 1 - first) / stride + 1 : 0;
}

/** Whether a phase of the image sees a tap of the filter. */
// @ts-ignore: decorator
@inline function seesTap(phase: i32, tap: i32, dilation: i32, stride: i32): bool {
  return (tap * dilation - phase) % stride == 0;
}

/** How many of a filter's `size` taps a phase sees. */
function tapsSeen(phase: i32, size: i32, dilation: i32, stride: i32): i32 {
  let count = 0;
  for (let tap = 0; tap < size; tap++) if (seesTap(phase, tap, dilation, stride)) count++;
  return count;
}

/** dx = gradient of the input. */
export function groupedConvolutionInputGradient(dy: usize, filter: usize, dx: usize, geometry: usize, workspace: usize): void {
  let g = changetype<ConvolutionGeometry>(geometry);
  let w = gradientWindow(workspace, g);
  let out = changetype<Output>(workspace + OUTPUT_OFFSET);
  let lanes = g.inputChannels / g.groups;
  let imagePixelBytes = g.inputChannels << 2;
  let filterRow = g.outputChannels << 2;
  out.data = dx;
  out.channels = lanes;
  out.imageBytes = g.inputHeight * g.inputWidth * imagePixelBytes;
  let phases = workspace + HEADER_BYTES;
  let phaseCount = g.strideHeight * g.strideWidth;
  let runs = phases + phaseCount * PHASE_BYTES;
  let pixels = runs + (tapCount(g) << 2);
  let filters = aligned(pixels + (g.inputHeight * g.inputWidth + phaseCount * MOST_PIXELS) * 8);
  let stepBytes = w.length << 2;
  let rowBytes = w.paddedWidth * stepBytes;
  for (let i = 0; i < phaseCount; i++) {
    let p = changetype<Phase>(phases + i * PHASE_BYTES);
    let phaseY = i / g.strideWidth;
    let phaseX = i - phaseY * g.strideWidth;
    let y = firstOfPhase(phaseY, g.padTop, g.strideHeight);
    let x = firstOfPhase(phaseX, g.padLeft, g.strideWidth);
    let targetY = y * g.strideHeight + phaseY - g.padTop;
    let targetX = x * g.strideWidth + phaseX - g.padLeft;
    p.pixels = pixels;
    p.pixelsEnd = tabulatePixels(
      pixels, countOfPhase(targetY, g.inputHeight, g.strideHeight), countOfPhase(targetX, g.inputWidth, g.strideWidth),
      (w.top + y) * rowBytes + (w.left + x) * stepBytes, stepBytes, rowBytes,
      (targetY * g.inputWidth + targetX) * imagePixelBytes, g.strideWidth * imagePixelBytes, g.strideHeight * g.inputWidth * imagePixelBytes,
    );
    pixels = p.pixelsEnd + MOST_PIXELS * 8;
    beginTaps(p, runs);
    p.filters = filters;
    let count =
      tapsSeen(phaseY, g.filterHeight, g.dilationHeight, g.strideHeight) * tapsSeen(phaseX, g.filterWidth, g.dilationWidth, g.strideWidth);
    for (let i = g.filterHeight - 1; i >= 0; i--) {
      if (!seesTap(phaseY, i, g.dilationHeight, g.strideHeight)) continue;
      for (let j = g.filterWidth - 1; j >= 0; j--) {
        if (!seesTap(phaseX, j, g.dilationWidth, g.strideWidth)) continue;
        let up = (i * g.dilationHeight - phaseY) / g.strideHeight;
        let back = (j * g.dilationWidth - phaseX) / g.strideWidth;
        packFilters(
          filter + (i * g.filterWidth + j) * lanes * filterRow, g.groups, w.channels << 2, w.channels, lanes, 4, filterRow,
          p.tapCount, count, filters,
        );
        addTap(p, -(up * rowBytes + back * stepBytes), w.channels);
      }
    }
    runs += count << 2;
    filters += (g.groups * count * w.channels * wholeVectors(lanes)) << 2;
  }
  w.data = aligned(filters);
  memory.fill(w.data, 0, windowPixels(w) * stepBytes);
  correlate(w, dy, filterRow, g.batch, g.groups, phases, phaseCount, out);
}

/** dw = gradient of the filters. */
export function groupedConvolutionFilterGradient(x: usize, dy: usize, dw: usize, geometry: usize, workspace: usize): void {
  let g = changetype<ConvolutionGeometry>(geometry);
  let w = inputWindow(workspace, g);
  let d = changetype<Window>(workspace + OUTPUT_OFFSET);
  let lanes = g.outputChannels / g.groups;
  let imageBytes = g.inputHeight * g.inputWidth * (g.inputChannels << 2);
  let gradientPixel = g.outputChannels << 2;
  let gradientImage = g.outputHeight * g.outputWidth * gradientPixel;
  let stepBytes = w.length << 2;
  let rowBytes = w.paddedWidth * stepBytes;
  let runs = runsOf(g);
  let runLength = (tapCount(g) / runs) * w.channels;
  let images = gradientImages(g);
  let pixels = workspace + HEADER_BYTES;
  let perImage = g.outputHeight * g.outputWidth;
  for (let i = 0; i < images * perImage; i++) {
    let image = i / perImage;
    let row = (i - image * perImage) / g.outputWidth;
    let column = i - image * perImage - row * g.outputWidth;
    let pixel = (image * w.paddedHeight + row * g.strideHeight) * w.paddedWidth + column * g.strideWidth;
    store<u32>(pixels + (i << 2), pixel * stepBytes);
  }
  let sums = aligned(pixels + ((images * perImage) << 2));
  let sumBytes = sumFloats(g) << 2;
  memory.fill(sums, 0, sumBytes);
  w.data = aligned(sums + sumBytes);
  memory.fill(w.data, 0, images * windowPixels(w) * stepBytes);
  d.data = aligned(w.data + images * windowPixels(w) * stepBytes + MOST_ROWS * 4);
  d.height = g.outputHeight;
  d.width = g.outputWidth;
  d.top = 0;
  d.left = 0;
  d.paddedHeight = g.outputHeight;
  d.paddedWidth = g.outputWidth;
  for (let b = 0; b < g.batch; b += images) {
    let count = min(images, g.batch - b);
    let sum = sums;
    for (let group = 0; group < g.groups; group++) {
      copyGroup(w, x + b * imageBytes, count, g.inputChannels << 2, group * w.channels);
      for (let first = 0; first < lanes; ) {
        let vectors = vectorsAt(first, lanes);
        let rows = sumRows(vectors, runLength);
        d.length = vectors << 2;
        d.channels = min(d.length, lanes - first);
        copyGroup(d, dy + b * gradientImage, count, gradientPixel, group * lanes + first);
        for (let run = 0; run < runs; run++) {
          let i = runs == tapCount(g) ? run / g.filterWidth : run;
          let j = runs == tapCount(g) ? run - i * g.filterWidth : 0;
          let source = w.data + i * g.dilationHeight * rowBytes + j * g.dilationWidth * stepBytes;
          let target = dw + run * runLength * gradientPixel + ((group * lanes + first) << 2);
          for (let entry = 0; entry < runLength; entry += rows) {
            reducePixels(vectors, rows, source + (entry << 2), pixels, pixels + ((count * perImage) << 2), d.data, sum);
            if (b + count == g.batch) {
              for (let r = 0; r < min(rows, runLength - entry); r++)
                memory.copy(target + (entry + r) * gradientPixel, sum + ((r * d.length) << 2), d.channels << 2);
            }
            sum += (rows * d.length) << 2;
          }
        }
        first += d.length;
      }
    }
  }
}
