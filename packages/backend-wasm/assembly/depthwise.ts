/**
 * Gradients of the depthwise convolution, NHWC. Output channel c * multiplier + m depends on input channel c alone:
 *   y[b,i,j,cm] = sum over u,v of x[b, i s + u d - pad, j s + v d - pad, c] w[u,v,c,m]
 * Direct loops, four channels at a time when the multiplier is 1 (as in every separable network).
 */
import { ConvolutionGeometry } from './geometry';
import { multiplyAdd } from './simd';

/** out[i] += a[i] * b[i]. */
function addProducts(out: usize, a: usize, b: usize, count: i32): void {
  let end = out + ((count & ~3) << 2);
  for (; out < end; out += 16) {
    v128.store(out, multiplyAdd(v128.load(a), v128.load(b), v128.load(out)));
    a += 16;
    b += 16;
  }
  for (let i = count & 3; i > 0; i--) {
    store<f32>(out, load<f32>(out) + load<f32>(a) * load<f32>(b));
    out += 4;
    a += 4;
    b += 4;
  }
}

/** Visits every (output pixel, filter tap) that falls inside the image; `filterGradient` chooses which product is summed. */
function visit(
  imageSide: usize,
  filterSide: usize,
  dy: usize,
  g: ConvolutionGeometry,
  filterGradient: bool,
): void {
  let channels = g.inputChannels;
  let multiplier = g.outputChannels / channels;
  let tapBytes = g.outputChannels << 2;
  for (let b = 0; b < g.batch; b++) {
    for (let i = 0; i < g.outputHeight; i++) {
      for (let j = 0; j < g.outputWidth; j++) {
        for (let u = 0; u < g.filterHeight; u++) {
          let y = i * g.strideHeight + u * g.dilationHeight - g.padTop;
          if (y < 0 || y >= g.inputHeight) continue;
          for (let v = 0; v < g.filterWidth; v++) {
            let x = j * g.strideWidth + v * g.dilationWidth - g.padLeft;
            if (x < 0 || x >= g.inputWidth) continue;
            let pixel = imageSide + ((((b * g.inputHeight + y) * g.inputWidth + x) * channels) << 2);
            let tap = filterSide + (u * g.filterWidth + v) * tapBytes;
            if (multiplier == 1) {
              if (filterGradient) addProducts(tap, pixel, dy, channels);
              else addProducts(pixel, tap, dy, channels);
              continue;
            }
            for (let c = 0; c < channels; c++) {
              for (let m = 0; m < multiplier; m++) {
                let o = (c * multiplier + m) << 2;
                let gradient = load<f32>(dy + o);
                if (filterGradient)
                  store<f32>(tap + o, load<f32>(tap + o) + load<f32>(pixel + (c << 2)) * gradient);
                else
                  store<f32>(pixel + (c << 2), load<f32>(pixel + (c << 2)) + load<f32>(tap + o) * gradient);
              }
            }
          }
        }
        dy += tapBytes;
      }
    }
  }
}

export function depthwiseInputGradient(dy: usize, filter: usize, dx: usize, geometry: usize): void {
  let g = changetype<ConvolutionGeometry>(geometry);
  memory.fill(dx, 0, (g.batch * g.inputHeight * g.inputWidth * g.inputChannels) << 2);
  visit(dx, filter, dy, g, false);
}

export function depthwiseFilterGradient(x: usize, dy: usize, dw: usize, geometry: usize): void {
  let g = changetype<ConvolutionGeometry>(geometry);
  memory.fill(dw, 0, (g.filterHeight * g.filterWidth * g.outputChannels) << 2);
  visit(x, dw, dy, g, true);
}
