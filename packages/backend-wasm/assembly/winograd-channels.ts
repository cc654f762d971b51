/**
 * Winograd's convolutions (winograd.ts) for any number of channels: the vectors of the transforms hold 4, so that an image of, say, 3 is computed
 * as one of 4 whose last is zero.
 */
import { ConvolutionGeometry } from './geometry';
import { aligned } from './simd';
import { convolveFilterGradient, convolveForward, convolveInputGradient, tilesWorkspace } from './winograd';

/** Bytes of ConvolutionGeometry, rounded up. */
const GEOMETRY_BYTES: i32 = 128;

// @ts-ignore: decorator
@inline function wholeChannels(g: ConvolutionGeometry): i32 {
  return (g.inputChannels + 3) & ~3;
}

/** The same convolution with channels in a multiple of 4, written at `at`. */
function widened(g: ConvolutionGeometry, at: usize): ConvolutionGeometry {
  memory.copy(at, changetype<usize>(g), GEOMETRY_BYTES);
  let wide = changetype<ConvolutionGeometry>(at);
  wide.inputChannels = wholeChannels(g);
  return wide;
}

function imageBytes(g: ConvolutionGeometry): i32 {
  return g.batch * g.inputHeight * g.inputWidth * g.inputChannels * 4;
}

function filterBytes(g: ConvolutionGeometry): i32 {
  return g.filterHeight * g.filterWidth * g.inputChannels * g.outputChannels * 4;
}

/** Copies `count` runs of `from` bytes to the starts of runs of `to` bytes: zeros behind them where those are longer, cut off where shorter. */
function copyRuns(source: usize, target: usize, count: i32, from: i32, to: i32): void {
  if (to > from) memory.fill(target, 0, <usize>count * to);
  let length = min(from, to);
  if (length == 12) {
    // Three channels, the usual case.
    for (let i = 0; i < count; i++) {
      store<u64>(target, load<u64>(source));
      store<u32>(target, load<u32>(source, 8), 8);
      source += from;
      target += to;
    }
    return;
  }
  for (let i = 0; i < count; i++) {
    memory.copy(target, source, length);
    source += from;
    target += to;
  }
}

/** Bytes of workspace that any of the three directions needs with m x m tiles. */
export function winogradWorkspace(geometry: usize, m: i32): i32 {
  let g = changetype<ConvolutionGeometry>(geometry);
  let channels = g.inputChannels;
  g.inputChannels = wholeChannels(g);
  let bytes = tilesWorkspace(g, m);
  if (channels != g.inputChannels) bytes += GEOMETRY_BYTES + imageBytes(g) + filterBytes(g) + 64;
  g.inputChannels = channels;
  return bytes;
}

/** y = convolution of x with filter, in m x m tiles. */
export function winogradForward(x: usize, filter: usize, y: usize, geometry: usize, m: i32, workspace: usize): void {
  let g = changetype<ConvolutionGeometry>(geometry);
  if ((g.inputChannels & 3) == 0) {
    convolveForward(x, filter, y, g, m, workspace);
    return;
  }
  let wide = widened(g, workspace);
  let image = workspace + GEOMETRY_BYTES;
  let taps = image + imageBytes(wide);
  widenImage(g, wide, x, image);
  widenFilter(g, wide, filter, taps);
  convolveForward(image, taps, y, wide, m, aligned(taps + filterBytes(wide)));
}

/** dx = gradient of the input = transposed convolution of dy, in m x m tiles of dy. */
export function winogradInputGradient(dy: usize, filter: usize, dx: usize, geometry: usize, m: i32, workspace: usize): void {
  let g = changetype<ConvolutionGeometry>(geometry);
  if ((g.inputChannels & 3) == 0) {
    convolveInputGradient(dy, filter, dx, g, m, workspace);
    return;
  }
  let wide = widened(g, workspace);
  let image = workspace + GEOMETRY_BYTES;
  let taps = image + imageBytes(wide);
  widenFilter(g, wide, filter, taps);
  convolveInputGradient(dy, taps, image, wide, m, aligned(taps + filterBytes(wide)));
  copyRuns(image, dx, g.batch * g.inputHeight * g.inputWidth, wide.inputChannels << 2, g.inputChannels << 2);
}

/** dw = gradient of the filter, over m x m tiles of dy. */
export function winogradFilterGradient(x: usize, dy: usize, dw: usize, geometry: usize, m: i32, workspace: usize): void {
  let g = changetype<ConvolutionGeometry>(geometry);
  if ((g.inputChannels & 3) == 0) {
    convolveFilterGradient(x, dy, dw, g, m, workspace);
    return;
  }
  let wide = widened(g, workspace);
  let image = workspace + GEOMETRY_BYTES;
  let taps = image + imageBytes(wide);
  widenImage(g, wide, x, image);
  convolveFilterGradient(image, dy, taps, wide, m, aligned(taps + filterBytes(wide)));
  let row = g.outputChannels << 2;
  copyRuns(taps, dw, g.filterHeight * g.filterWidth, wide.inputChannels * row, g.inputChannels * row);
}

function widenImage(g: ConvolutionGeometry, wide: ConvolutionGeometry, x: usize, to: usize): void {
  copyRuns(x, to, g.batch * g.inputHeight * g.inputWidth, g.inputChannels << 2, wide.inputChannels << 2);
}

function widenFilter(g: ConvolutionGeometry, wide: ConvolutionGeometry, filter: usize, to: usize): void {
  let row = g.outputChannels << 2;
  copyRuns(filter, to, g.filterHeight * g.filterWidth, g.inputChannels * row, wide.inputChannels * row);
}
