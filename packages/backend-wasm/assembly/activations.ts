/** Bias and activation in one pass, the logistic function, and the gradients of both activations. */
import { logistic } from './exponential';

export const LINEAR: i32 = 0;
export const RELU: i32 = 1;
export const RELU6: i32 = 2;
export const SIGMOID: i32 = 3;

// @ts-ignore: decorator
@inline function activate(x: v128, activation: i32): v128 {
  if (activation == RELU) return f32x4.max(x, f32x4.splat(0));
  if (activation == RELU6) return f32x4.min(f32x4.max(x, f32x4.splat(0)), f32x4.splat(6));
  if (activation == SIGMOID) return logistic(x);
  return x;
}

/** Bytes of workspace of biasActivation. */
export function biasActivationWorkspace(channels: i32): i32 {
  return channels * 16 + 16;
}

/**
 * out = activation(x + bias), bias over the last axis. The bias is repeated four times into the workspace, so that the pattern is a
 * whole number of vectors for any number of channels.
 */
export function biasActivation(x: usize, bias: usize, out: usize, count: i32, channels: i32, activation: i32, pattern: usize): void {
  for (let i = 0; i < 4; i++) memory.copy(pattern + ((i * channels) << 2), bias, channels << 2);
  let patternEnd = pattern + (channels << 4);
  let b = pattern;
  let end = x + ((count & ~3) << 2);
  while (x < end) {
    v128.store(out, activate(f32x4.add(v128.load(x), v128.load(b)), activation));
    x += 16;
    out += 16;
    b += 16;
    if (b == patternEnd) b = pattern;
  }
  for (let i = count & 3; i > 0; i--) {
    let value = activate(f32x4.splat(load<f32>(x) + load<f32>(b)), activation);
    store<f32>(out, f32x4.extract_lane(value, 0));
    x += 4;
    out += 4;
    b += 4;
  }
}

/** out = 1 / (1 + e^-x). */
export function sigmoid(x: usize, out: usize, count: i32): void {
  let end = x + ((count & ~3) << 2);
  for (; x < end; x += 16) {
    v128.store(out, logistic(v128.load(x)));
    out += 16;
  }
  for (let i = count & 3; i > 0; i--) {
    store<f32>(out, f32x4.extract_lane(logistic(f32x4.splat(load<f32>(x))), 0));
    x += 4;
    out += 4;
  }
}

/** dx = dy y (1 - y). */
export function sigmoidGradient(dy: usize, y: usize, dx: usize, count: i32): void {
  let end = y + ((count & ~3) << 2);
  let one = f32x4.splat(1);
  for (; y < end; y += 16) {
    let value = v128.load(y);
    v128.store(dx, f32x4.mul(v128.load(dy), f32x4.mul(value, f32x4.sub(one, value))));
    dy += 16;
    dx += 16;
  }
  for (let i = count & 3; i > 0; i--) {
    let value = load<f32>(y);
    store<f32>(dx, load<f32>(dy) * (value * (1 - value)));
    y += 4;
    dy += 4;
    dx += 4;
  }
}

/** dx = dy where x > 0, else 0 (x may be the input or the output of the ReLU). */
export function reluGradient(dy: usize, x: usize, dx: usize, count: i32): void {
  let end = x + ((count & ~3) << 2);
  let zero = f32x4.splat(0);
  for (; x < end; x += 16) {
    v128.store(dx, v128.and(v128.load(dy), f32x4.gt(v128.load(x), zero)));
    dy += 16;
    dx += 16;
  }
  for (let i = count & 3; i > 0; i--) {
    store<f32>(dx, load<f32>(x) > 0 ? load<f32>(dy) : 0);
    x += 4;
    dy += 4;
    dx += 4;
  }
}

/** out = x where x > 0, else slope x. */
export function leakyRelu(x: usize, out: usize, count: i32, slope: f32): void {
  leakyReluGradient(x, x, out, count, slope);
}

/** dx = dy where x > 0, else slope dy. */
export function leakyReluGradient(dy: usize, x: usize, dx: usize, count: i32, slope: f32): void {
  let end = x + ((count & ~3) << 2);
  let zero = f32x4.splat(0);
  let slopes = f32x4.splat(slope);
  for (; x < end; x += 16) {
    let gradient = v128.load(dy);
    let positive = f32x4.gt(v128.load(x), zero);
    v128.store(dx, v128.bitselect(gradient, f32x4.mul(gradient, slopes), positive));
    dy += 16;
    dx += 16;
  }
  for (let i = count & 3; i > 0; i--) {
    let gradient = load<f32>(dy);
    store<f32>(dx, load<f32>(x) > 0 ? gradient : gradient * slope);
    x += 4;
    dy += 4;
    dx += 4;
  }
}
