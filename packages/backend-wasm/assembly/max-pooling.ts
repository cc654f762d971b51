/**
 * Gradient of max pooling, NHWC: dy of an output goes to the first maximum of its window, in row order, as on the cpu backend (the stock
 * WASM kernel gives all of it to every tied maximum, which after a ReLU, where zeros tie, is most windows). Four channels at a time.
 */
import { ConvolutionGeometry } from './geometry';

export function maxPoolGradient(dy: usize, x: usize, dx: usize, geometry: usize): void {
  let g = changetype<ConvolutionGeometry>(geometry);
  let channels = g.inputChannels;
  memory.fill(dx, 0, (g.batch * g.inputHeight * g.inputWidth * channels) << 2);
  for (let b = 0; b < g.batch; b++) {
    for (let i = 0; i < g.outputHeight; i++) {
      let top = i * g.strideHeight - g.padTop;
      for (let j = 0; j < g.outputWidth; j++) {
        let left = j * g.strideWidth - g.padLeft;
        routeWindow(dy, x, dx, g, b, top, left);
        dy += channels << 2;
      }
    }
  }
}

/** One window: finds each channel's first maximum and adds dy there. */
function routeWindow(dy: usize, x: usize, dx: usize, g: ConvolutionGeometry, b: i32, top: i32, left: i32): void {
  let channels = g.inputChannels;
  let image = b * g.inputHeight * g.inputWidth * channels;
  let whole = channels & ~3;
  for (let c = 0; c < whole; c += 4) {
    let best = f32x4.splat(-Infinity);
    let position = i32x4.splat(-1);
    for (let u = 0; u < g.filterHeight; u++) {
      let row = top + u * g.dilationHeight;
      if (row < 0 || row >= g.inputHeight) continue;
      for (let v = 0; v < g.filterWidth; v++) {
        let column = left + v * g.dilationWidth;
        if (column < 0 || column >= g.inputWidth) continue;
        let offset = image + (row * g.inputWidth + column) * channels + c;
        let value = v128.load(x + (<usize>offset << 2));
        let greater = f32x4.gt(value, best);
        best = v128.bitselect(value, best, greater);
        position = v128.bitselect(i32x4.splat(offset), position, greater);
      }
    }
    add(dx, i32x4.extract_lane(position, 0), 0, load<f32>(dy + (c << 2)));
    add(dx, i32x4.extract_lane(position, 1), 1, load<f32>(dy + (c << 2), 4));
    add(dx, i32x4.extract_lane(position, 2), 2, load<f32>(dy + (c << 2), 8));
    add(dx, i32x4.extract_lane(position, 3), 3, load<f32>(dy + (c << 2), 12));
  }
  for (let c = whole; c < channels; c++) {
    let best: f32 = -Infinity;
    let position = -1;
    for (let u = 0; u < g.filterHeight; u++) {
      let row = top + u * g.dilationHeight;
      if (row < 0 || row >= g.inputHeight) continue;
      for (let v = 0; v < g.filterWidth; v++) {
        let column = left + v * g.dilationWidth;
        if (column < 0 || column >= g.inputWidth) continue;
        let offset = image + (row * g.inputWidth + column) * channels + c;
        let value = load<f32>(x + (<usize>offset << 2));
        if (value > best) {
          best = value;
          position = offset;
        }
      }
    }
    add(dx, position, 0, load<f32>(dy + (c << 2)));
  }
}

/** dx[position + lane] += value; a window of NaN alone has no position. */
// @ts-ignore: decorator
@inline function add(dx: usize, position: i32, lane: i32, value: f32): void {
  if (position < 0) return;
  let p = dx + (<usize>(position + lane) << 2);
  store<f32>(p, load<f32>(p) + value);
}
