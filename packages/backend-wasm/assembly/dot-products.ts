/**
 * C[i][j] = sum over k of X[i][k] W[j][k], both contiguous along k (rows of X xStride bytes apart), nothing packed: 3 x 3 dot products at a time, the lanes of a vector being
 * neighbouring k. For a few rows X against a weight matrix that is read once. The reduction is cut so that X stays in cache.
 */
import { multiplyAdd } from './simd';

const DEPTH: i32 = 4096;

/** Adds the lanes and the last depth % 4 products, and stores or accumulates. */
function finish(out: usize, lanes: v128, x: usize, w: usize, rest: i32, accumulate: bool): void {
  lanes = f32x4.add(lanes, v128.shuffle<i64>(lanes, lanes, 1, 1));
  let sum = f32x4.extract_lane(lanes, 0) + f32x4.extract_lane(lanes, 1);
  for (let i = 0; i < rest; i++) sum += load<f32>(x + (i << 2)) * load<f32>(w + (i << 2));
  if (accumulate) sum += load<f32>(out);
  store<f32>(out, sum);
}

export function dotProducts(x: usize, xStride: usize, w: usize, out: usize, m: i32, n: i32, k: i32): void {
  let stride: usize = k << 2;
  for (let k0 = 0; k0 < k; k0 += DEPTH) {
    let depth = min(DEPTH, k - k0);
    let vectorBytes: usize = (depth & ~3) << 2;
    let rest = depth & 3;
    let accumulate = k0 > 0;
    for (let j = 0; j < n; j += 3) {
      let columns = min(3, n - j);
      let wRow = w + j * stride + (k0 << 2);
      for (let i = 0; i < m; i += 3) {
        let rows = min(3, m - i);
        let x0 = x + i * xStride + (k0 << 2);
        let x1 = rows > 1 ? x0 + xStride : x0;
        let x2 = rows > 2 ? x1 + xStride : x0;
        let w0 = wRow;
        let w1 = columns > 1 ? w0 + stride : w0;
        let w2 = columns > 2 ? w1 + stride : w0;
        let c00 = f32x4.splat(0);
        let c01 = f32x4.splat(0);
        let c02 = f32x4.splat(0);
        let c10 = f32x4.splat(0);
        let c11 = f32x4.splat(0);
        let c12 = f32x4.splat(0);
        let c20 = f32x4.splat(0);
        let c21 = f32x4.splat(0);
        let c22 = f32x4.splat(0);
        let end = w0 + vectorBytes;
        while (w0 < end) {
          let a0 = v128.load(x0);
          let a1 = v128.load(x1);
          let a2 = v128.load(x2);
          let b0 = v128.load(w0);
          c00 = multiplyAdd(a0, b0, c00);
          c10 = multiplyAdd(a1, b0, c10);
          c20 = multiplyAdd(a2, b0, c20);
          let b1 = v128.load(w1);
          c01 = multiplyAdd(a0, b1, c01);
          c11 = multiplyAdd(a1, b1, c11);
          c21 = multiplyAdd(a2, b1, c21);
          let b2 = v128.load(w2);
          c02 = multiplyAdd(a0, b2, c02);
          c12 = multiplyAdd(a1, b2, c12);
          c22 = multiplyAdd(a2, b2, c22);
          x0 += 16;
          x1 += 16;
          x2 += 16;
          w0 += 16;
          w1 += 16;
          w2 += 16;
        }
        let row = out + ((i * n + j) << 2);
        finish(row, c00, x0, w0, rest, accumulate);
        if (columns > 1) finish(row + 4, c01, x0, w1, rest, accumulate);
        if (columns > 2) finish(row + 8, c02, x0, w2, rest, accumulate);
        if (rows > 1) {
          row += n << 2;
          finish(row, c10, x1, w0, rest, accumulate);
          if (columns > 1) finish(row + 4, c11, x1, w1, rest, accumulate);
          if (columns > 2) finish(row + 8, c12, x1, w2, rest, accumulate);
        }
        if (rows > 2) {
          row += n << 2;
          finish(row, c20, x2, w0, rest, accumulate);
          if (columns > 1) finish(row + 4, c21, x2, w1, rest, accumulate);
          if (columns > 2) finish(row + 8, c22, x2, w2, rest, accumulate);
        }
      }
    }
  }
}
