/** Mean squared error with its gradient, in one pass, optionally through a sigmoid. Sums in doubles beyond 4,096 floats. */
import { logistic } from './exponential';
import { laneSum } from './simd';

const BLOCK_BYTES: usize = 16384;

/** Returns mean((x - target)^2); gradient = 2 (x - target) / count. */
export function meanSquaredError(x: usize, target: usize, gradient: usize, count: i32): f64 {
  let scale: f32 = <f32>2 / <f32>count;
  let scales = f32x4.splat(scale);
  let total: f64 = 0;
  let offset: usize = 0;
  let end: usize = (count & ~3) << 2;
  while (offset < end) {
    let blockEnd = min(end, offset + BLOCK_BYTES);
    let sum = f32x4.splat(0);
    for (; offset < blockEnd; offset += 16) {
      let d = f32x4.sub(v128.load(x + offset), v128.load(target + offset));
      sum = f32x4.add(sum, f32x4.mul(d, d));
      v128.store(gradient + offset, f32x4.mul(d, scales));
    }
    total += laneSum(sum);
  }
  for (let i = count & 3; i > 0; i--) {
    let d = load<f32>(x + offset) - load<f32>(target + offset);
    total += <f64>(d * d);
    store<f32>(gradient + offset, d * scale);
    offset += 4;
  }
  return total / <f64>count;
}

/** Returns mean((s - target)^2), s = sigmoid(x); gradient = 2 (s - target) s (1 - s) / count, with respect to x. */
export function sigmoidMeanSquaredError(x: usize, target: usize, gradient: usize, count: i32): f64 {
  let scale: f32 = <f32>2 / <f32>count;
  let scales = f32x4.splat(scale);
  let one = f32x4.splat(1);
  let total: f64 = 0;
  let offset: usize = 0;
  let end: usize = (count & ~3) << 2;
  while (offset < end) {
    let blockEnd = min(end, offset + BLOCK_BYTES);
    let sum = f32x4.splat(0);
    for (; offset < blockEnd; offset += 16) {
      let s = logistic(v128.load(x + offset));
      let d = f32x4.sub(s, v128.load(target + offset));
      sum = f32x4.add(sum, f32x4.mul(d, d));
      v128.store(gradient + offset, f32x4.mul(f32x4.mul(d, scales), f32x4.mul(s, f32x4.sub(one, s))));
    }
    total += laneSum(sum);
  }
  for (let i = count & 3; i > 0; i--) {
    let s = f32x4.extract_lane(logistic(f32x4.splat(load<f32>(x + offset))), 0);
    let d = s - load<f32>(target + offset);
    total += <f64>(d * d);
    store<f32>(gradient + offset, d * scale * (s * (1 - s)));
    offset += 4;
  }
  return total / <f64>count;
}
