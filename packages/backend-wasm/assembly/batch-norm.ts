/**
 * Batch normalisation in training mode over the last axis of x [rows, channels], optionally followed by ReLU (Ioffe and Szegedy, 2015):
 *   mean_c, var_c over the rows (biased);  y = gamma (x - mean) / sqrt(var + epsilon) + beta;  with ReLU: max(y, 0)
 * Backward, with g = dy (zero where ReLU cut), s = 1 / sqrt(var + epsilon), n = rows:
 *   dbeta = sum g;  dgamma = s sum g (x - mean);  dx = gamma s (g - dbeta / n - (x - mean) s dgamma / n)
 *
 * Two passes over memory each way. Sums are taken about the channel's first value (no cancellation when the mean is
 * large), in floats over 128 rows and in doubles beyond. A pass goes down 8 channels of a few rows at a time, so that memory is read nearly in
 * order: rows of 1 KB together, four at least, take 0.67 of the time of 16 KB in I-I-PW's steps, 0.7 in ResNet-18's (Zen 4). From
 * 64 channels on these rows are fetched first.
 */
import { prefetch } from './prefetch';
import { addToDoubles, multiplyAdd } from './simd';

/** Rows of which sums are taken in floats. */
const ROW_BLOCK: i32 = 128;
/** Rows that a pass takes together, at least, and bytes of them in one operand, where rows are short. */
const TOGETHER_ROWS: i32 = 4;
const TOGETHER_BYTES: i32 = 1024;
/** Channels from which on the rows that a pass takes together are fetched first: it reads 32 bytes of one row after the other, which processors do not foresee. */
const FETCHED_CHANNELS: i32 = 64;

/** How many rows a pass takes together. */
// @ts-ignore: decorator
@inline function rowsTogether(channels: i32): i32 {
  return min(ROW_BLOCK, max(TOGETHER_ROWS, TOGETHER_BYTES / (channels << 2)));
}

/** Adds the float sums and products of `channels` (a multiple of 8) channels to the double ones, and clears them. */
function flush(partials: usize, partialProducts: usize, sums: usize, products: usize, channels: i32): void {
  for (let c = 0; c < channels; c += 4) {
    addToDoubles(sums + (c << 3), v128.load(partials + (c << 2)));
    addToDoubles(products + (c << 3), v128.load(partialProducts + (c << 2)));
  }
  memory.fill(partials, 0, channels << 2);
  memory.fill(partialProducts, 0, channels << 2);
}

/** Brings rows [first, first + count) into the caches, where that pays. */
// @ts-ignore: decorator
@inline function fetchRows(x: usize, first: i32, count: i32, channels: i32, sink: usize): void {
  if (channels >= FETCHED_CHANNELS) prefetch(x + (first * channels << 2), count * channels << 2, sink);
}

/** Floats of `statistics`: mean, 1/sqrt(var + epsilon), scale, shift, variance, each [channels]. */
export const STATISTICS_ROWS: i32 = 5;

/** Bytes of workspace of both directions. */
export function batchNormWorkspace(channels: i32): i32 {
  return channels * 40 + 64;
}

export function batchNormForward(
  x: usize, gamma: usize, beta: usize, y: usize, statistics: usize, rows: i32, channels: i32, epsilon: f32, relu: bool, sums: usize,
): void {
  let rowBytes: usize = channels << 2;
  let squares = sums + (channels << 3);
  memory.fill(sums, 0, channels << 4);
  let partials = sums + (channels << 5);
  let partialSquares = partials + rowBytes;
  memory.fill(partials, 0, channels << 3);
  let whole = channels & ~7;
  let sink = partials + (channels << 3);
  let together = rowsTogether(channels);
  for (let row = 0; row < rows; row += ROW_BLOCK) {
    let count = min(ROW_BLOCK, rows - row);
    for (let first = row; first < row + count; first += together) {
      let blockEnd = x + (min(first + together, row + count) * channels << 2);
      fetchRows(x, first, min(together, row + count - first), channels, sink);
      for (let c = 0; c < whole; c += 8) {
        let p = x + ((first * channels + c) << 2);
        let end = blockEnd + (c << 2);
        let origin0 = v128.load(x + (c << 2));
        let origin1 = v128.load(x + (c << 2), 16);
        let sum0 = v128.load(partials + (c << 2));
        let sum1 = v128.load(partials + (c << 2), 16);
        let square0 = v128.load(partialSquares + (c << 2));
        let square1 = v128.load(partialSquares + (c << 2), 16);
        for (; p < end; p += rowBytes) {
          let d0 = f32x4.sub(v128.load(p), origin0);
          let d1 = f32x4.sub(v128.load(p, 16), origin1);
          sum0 = f32x4.add(sum0, d0);
          sum1 = f32x4.add(sum1, d1);
          square0 = multiplyAdd(d0, d0, square0);
          square1 = multiplyAdd(d1, d1, square1);
        }
        v128.store(partials + (c << 2), sum0);
        v128.store(partials + (c << 2), sum1, 16);
        v128.store(partialSquares + (c << 2), square0);
        v128.store(partialSquares + (c << 2), square1, 16);
      }
    }
    flush(partials, partialSquares, sums, squares, whole);
    for (let c = whole; c < channels; c++) {
      let origin = load<f32>(x + (c << 2));
      let sum: f64 = 0;
      let square: f64 = 0;
      let p = x + ((row * channels + c) << 2);
      for (let i = 0; i < count; i++) {
        let d = <f64>(load<f32>(p) - origin);
        sum += d;
        square += d * d;
        p += rowBytes;
      }
      store<f64>(sums + (c << 3), load<f64>(sums + (c << 3)) + sum);
      store<f64>(squares + (c << 3), load<f64>(squares + (c << 3)) + square);
    }
  }
  let inverse = 1.0 / <f64>rows;
  let scales = statistics + 2 * rowBytes;
  let shifts = statistics + 3 * rowBytes;
  for (let c = 0; c < channels; c++) {
    let delta = load<f64>(sums + (c << 3)) * inverse;
    let mean = delta + <f64>load<f32>(x + (c << 2));
    let variance = load<f64>(squares + (c << 3)) * inverse - delta * delta;
    // Rounding may leave a tiny negative; NaN must stay NaN, so no max().
    if (variance < 0) variance = 0;
    let inverseDeviation = 1.0 / Math.sqrt(variance + <f64>epsilon);
    let scale = <f64>load<f32>(gamma + (c << 2)) * inverseDeviation;
    store<f32>(statistics + (c << 2), <f32>mean);
    store<f32>(statistics + rowBytes + (c << 2), <f32>inverseDeviation);
    store<f32>(scales + (c << 2), <f32>scale);
    store<f32>(shifts + (c << 2), <f32>(<f64>load<f32>(beta + (c << 2)) - mean * scale));
    store<f32>(statistics + 4 * rowBytes + (c << 2), <f32>variance);
  }
  let floor = f32x4.splat(relu ? 0 : -Infinity);
  for (let row = 0; row < rows; row += together) {
    let count = min(together, rows - row);
    fetchRows(x, row, count, channels, sink);
    for (let c = 0; c < whole; c += 8) {
      let offset: usize = (row * channels + c) << 2;
      let p = x + offset;
      let q = y + offset;
      let end = p + count * rowBytes;
      let scale0 = v128.load(scales + (c << 2));
      let scale1 = v128.load(scales + (c << 2), 16);
      let shift0 = v128.load(shifts + (c << 2));
      let shift1 = v128.load(shifts + (c << 2), 16);
      for (; p < end; p += rowBytes) {
        v128.store(q, f32x4.max(multiplyAdd(v128.load(p), scale0, shift0), floor));
        v128.store(q, f32x4.max(multiplyAdd(v128.load(p, 16), scale1, shift1), floor), 16);
        q += rowBytes;
      }
    }
    for (let c = whole; c < channels; c++) {
      let offset: usize = (row * channels + c) << 2;
      let scale = load<f32>(scales + (c << 2));
      let shift = load<f32>(shifts + (c << 2));
      for (let i = 0; i < count; i++) {
        let value = normalised(load<f32>(x + offset), scale, shift);
        store<f32>(y + offset, relu ? max<f32>(value, 0) : value);
        offset += rowBytes;
      }
    }
  }
}

/** One value exactly as the vector code computes it, so that the ReLU mask of the backward pass agrees with the forward pass. */
// @ts-ignore: decorator
@inline function normalised(x: f32, scale: f32, shift: f32): f32 {
  return f32x4.extract_lane(multiplyAdd(f32x4.splat(x), f32x4.splat(scale), f32x4.splat(shift)), 0);
}

export function batchNormBackward(
  dy: usize, x: usize, gamma: usize, statistics: usize, dx: usize, dgamma: usize, dbeta: usize, rows: i32, channels: i32, relu: bool, sums: usize,
): void {
  let rowBytes: usize = channels << 2;
  let products = sums + (channels << 3);
  memory.fill(sums, 0, channels << 4);
  let whole = channels & ~7;
  let scales = statistics + 2 * rowBytes;
  let shifts = statistics + 3 * rowBytes;
  let zero = f32x4.splat(0);
  let keepAll = v128.not(v128.xor(zero, zero));
  // Without ReLU every gradient passes; the mask of a NaN comparison would drop it.
  let pass = relu ? zero : keepAll;
  let partials = sums + (channels << 5);
  let partialProducts = partials + rowBytes;
  memory.fill(partials, 0, channels << 3);
  let sink = partials + (channels << 3);
  let together = rowsTogether(channels);
  for (let row = 0; row < rows; row += ROW_BLOCK) {
    let count = min(ROW_BLOCK, rows - row);
    for (let first = row; first < row + count; first += together) {
      let blockEnd = x + (min(first + together, row + count) * channels << 2);
      fetchRows(x, first, min(together, row + count - first), channels, sink);
      fetchRows(dy, first, min(together, row + count - first), channels, sink);
      for (let c = 0; c < whole; c += 8) {
        let offset: usize = (first * channels + c) << 2;
        let p = x + offset;
        let q = dy + offset;
        let end = blockEnd + (c << 2);
        let mean0 = v128.load(statistics + (c << 2));
        let mean1 = v128.load(statistics + (c << 2), 16);
        let scale0 = v128.load(scales + (c << 2));
        let scale1 = v128.load(scales + (c << 2), 16);
        let shift0 = v128.load(shifts + (c << 2));
        let shift1 = v128.load(shifts + (c << 2), 16);
        let sum0 = v128.load(partials + (c << 2));
        let sum1 = v128.load(partials + (c << 2), 16);
        let product0 = v128.load(partialProducts + (c << 2));
        let product1 = v128.load(partialProducts + (c << 2), 16);
        for (; p < end; p += rowBytes) {
          let x0 = v128.load(p);
          let x1 = v128.load(p, 16);
          let kept0 = v128.or(pass, f32x4.gt(multiplyAdd(x0, scale0, shift0), zero));
          let kept1 = v128.or(pass, f32x4.gt(multiplyAdd(x1, scale1, shift1), zero));
          let g0 = v128.and(v128.load(q), kept0);
          let g1 = v128.and(v128.load(q, 16), kept1);
          sum0 = f32x4.add(sum0, g0);
          sum1 = f32x4.add(sum1, g1);
          product0 = multiplyAdd(f32x4.sub(x0, mean0), g0, product0);
          product1 = multiplyAdd(f32x4.sub(x1, mean1), g1, product1);
          q += rowBytes;
        }
        v128.store(partials + (c << 2), sum0);
        v128.store(partials + (c << 2), sum1, 16);
        v128.store(partialProducts + (c << 2), product0);
        v128.store(partialProducts + (c << 2), product1, 16);
      }
    }
    flush(partials, partialProducts, sums, products, whole);
    for (let c = whole; c < channels; c++) {
      let mean = load<f32>(statistics + (c << 2));
      let scale = load<f32>(scales + (c << 2));
      let shift = load<f32>(shifts + (c << 2));
      let offset: usize = (row * channels + c) << 2;
      let sum: f64 = 0;
      let product: f64 = 0;
      for (let i = 0; i < count; i++) {
        let value = load<f32>(x + offset);
        if (!relu || normalised(value, scale, shift) > 0) {
          let g = <f64>load<f32>(dy + offset);
          sum += g;
          product += g * <f64>(value - mean);
        }
        offset += rowBytes;
      }
      store<f64>(sums + (c << 3), load<f64>(sums + (c << 3)) + sum);
      store<f64>(products + (c << 3), load<f64>(products + (c << 3)) + product);
    }
  }
  // dx = slope g + tilt x + offset, three constants a channel.
  let slopes = sums + (channels << 4);
  let tilts = slopes + rowBytes;
  let offsets = tilts + rowBytes;
  let inverse = 1.0 / <f64>rows;
  for (let c = 0; c < channels; c++) {
    let sum = load<f64>(sums + (c << 3));
    let product = load<f64>(products + (c << 3));
    let s = <f64>load<f32>(statistics + rowBytes + (c << 2));
    let mean = <f64>load<f32>(statistics + (c << 2));
    let slope = <f64>load<f32>(gamma + (c << 2)) * s;
    let tilt = -slope * s * s * product * inverse;
    store<f32>(dbeta + (c << 2), <f32>sum);
    store<f32>(dgamma + (c << 2), <f32>(product * s));
    store<f32>(slopes + (c << 2), <f32>slope);
    store<f32>(tilts + (c << 2), <f32>tilt);
    store<f32>(offsets + (c << 2), <f32>(-slope * sum * inverse - tilt * mean));
  }
  for (let row = 0; row < rows; row += together) {
    let count = min(together, rows - row);
    fetchRows(x, row, count, channels, sink);
    fetchRows(dy, row, count, channels, sink);
    for (let c = 0; c < whole; c += 8) {
      let offset: usize = (row * channels + c) << 2;
      let k: usize = c << 2;
      let p = x + offset;
      let q = dy + offset;
      let out = dx + offset;
      let end = p + count * rowBytes;
      let scale0 = v128.load(scales + k);
      let scale1 = v128.load(scales + k, 16);
      let shift0 = v128.load(shifts + k);
      let shift1 = v128.load(shifts + k, 16);
      let slope0 = v128.load(slopes + k);
      let slope1 = v128.load(slopes + k, 16);
      let tilt0 = v128.load(tilts + k);
      let tilt1 = v128.load(tilts + k, 16);
      let offset0 = v128.load(offsets + k);
      let offset1 = v128.load(offsets + k, 16);
      for (; p < end; p += rowBytes) {
        let x0 = v128.load(p);
        let x1 = v128.load(p, 16);
        let kept0 = v128.or(pass, f32x4.gt(multiplyAdd(x0, scale0, shift0), zero));
        let kept1 = v128.or(pass, f32x4.gt(multiplyAdd(x1, scale1, shift1), zero));
        let g0 = v128.and(v128.load(q), kept0);
        let g1 = v128.and(v128.load(q, 16), kept1);
        v128.store(out, multiplyAdd(g0, slope0, multiplyAdd(x0, tilt0, offset0)));
        v128.store(out, multiplyAdd(g1, slope1, multiplyAdd(x1, tilt1, offset1)), 16);
        q += rowBytes;
        out += rowBytes;
      }
    }
    for (let c = whole; c < channels; c++) {
      let offset: usize = (row * channels + c) << 2;
      let scale = load<f32>(scales + (c << 2));
      let shift = load<f32>(shifts + (c << 2));
      let slope = load<f32>(slopes + (c << 2));
      let tilt = load<f32>(tilts + (c << 2));
      let constant = load<f32>(offsets + (c << 2));
      for (let i = 0; i < count; i++) {
        let value = load<f32>(x + offset);
        let g: f32 = !relu || normalised(value, scale, shift) > 0 ? load<f32>(dy + offset) : 0;
        store<f32>(dx + offset, g * slope + (value * tilt + constant));
        offset += rowBytes;
      }
    }
  }
}

/**
 * Moving statistics [channels] after a batch: out = keep moving + take batch, of the mean, to which `bias` is added (0: none), and of the
 * variance times `varianceScale`. Each operation rounds by itself, as the portable ones do.
 */
export function movingStatistics(
  movingMean: usize, movingVariance: usize, mean: usize, variance: usize, bias: usize, meanOut: usize, varianceOut: usize, channels: i32,
  keep: f32, take: f32, varianceScale: f32,
): void {
  for (let offset: usize = 0, end: usize = channels << 2; offset < end; offset += 4) {
    let batchMean = load<f32>(mean + offset);
    if (bias) batchMean += load<f32>(bias + offset);
    store<f32>(meanOut + offset, load<f32>(movingMean + offset) * keep + batchMean * take);
    let batchVariance = load<f32>(variance + offset) * varianceScale;
    store<f32>(varianceOut + offset, load<f32>(movingVariance + offset) * keep + batchVariance * take);
  }
}
