/**
 * Functions of whole layers that are more than a comparison: sigmoid, softmax and what they do to gradients. They work in place on
 * rows of `width` floats, a multiple of 8, whose first `size` are real; the rest is left zero, so that it adds nothing to the next layer.
 */

/**
 * e^x of four numbers to within 2 units in the last place (the reduction and polynomial of Moshier's Cephes, expf). Plain SIMD, so
 * the same numbers on every machine. Beyond [-87.3, 88.3] it stays at the ends; NaN stays NaN.
 */
// @ts-ignore: decorator
@inline function exponential(x: v128): v128 {
  x = f32x4.min(f32x4.max(x, f32x4.splat(-87.3)), f32x4.splat(88.3));
  let n = f32x4.floor(f32x4.add(f32x4.mul(x, f32x4.splat(1.44269504088896341)), f32x4.splat(0.5)));
  x = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  x = f32x4.sub(x, f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  let y = f32x4.splat(1.9875691500e-4);
  y = f32x4.add(f32x4.mul(y, x), f32x4.splat(1.3981999507e-3));
  y = f32x4.add(f32x4.mul(y, x), f32x4.splat(8.3334519073e-3));
  y = f32x4.add(f32x4.mul(y, x), f32x4.splat(4.1665795894e-2));
  y = f32x4.add(f32x4.mul(y, x), f32x4.splat(1.6666665459e-1));
  y = f32x4.add(f32x4.mul(y, x), f32x4.splat(5.0000001201e-1));
  y = f32x4.add(f32x4.add(f32x4.mul(y, f32x4.mul(x, x)), x), f32x4.splat(1));
  let power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(y, power);
}

// @ts-ignore: decorator
@inline function clearPadding(row: usize, size: i32, width: i32): void {
  memory.fill(row + (<usize>size << 2), 0, <usize>(width - size) << 2);
}

/** 1 / (1 + e^-x). */
export function sigmoid(values: usize, rows: i32, size: i32, width: i32): void {
  let one = f32x4.splat(1);
  let bytes = <usize>width << 2;
  for (let i = 0; i < rows; i++) {
    for (let j: usize = 0; j < bytes; j += 16) {
      let x = v128.load(values + j);
      v128.store(values + j, f32x4.div(one, f32x4.add(one, exponential(f32x4.neg(x)))));
    }
    clearPadding(values, size, width);
    values += bytes;
  }
}

/** Multiplies deltas by sigmoid's derivative s (1 - s), s its outputs. */
export function sigmoidGradient(deltas: usize, outputs: usize, rows: i32, width: i32): void {
  let one = f32x4.splat(1);
  let bytes = <usize>rows * <usize>width << 2;
  for (let at: usize = 0; at < bytes; at += 16) {
    let s = v128.load(outputs + at);
    let slope = f32x4.mul(s, f32x4.sub(one, s));
    v128.store(deltas + at, f32x4.mul(v128.load(deltas + at), slope));
  }
}

/** e^x by their sum over the row. */
export function softmax(values: usize, rows: i32, size: i32, width: i32): void {
  let bytes = <usize>width << 2;
  for (let i = 0; i < rows; i++) {
    let largest = load<f32>(values);
    for (let j = 1; j < size; j++) largest = max(largest, load<f32>(values + (<usize>j << 2)));
    let shift = f32x4.splat(largest);
    for (let j: usize = 0; j < bytes; j += 16) {
      v128.store(values + j, exponential(f32x4.sub(v128.load(values + j), shift)));
    }
    clearPadding(values, size, width);
    let sum: f32 = 0;
    for (let j = 0; j < size; j++) sum += load<f32>(values + (<usize>j << 2));
    let divisor = f32x4.splat(sum);
    for (let j: usize = 0; j < bytes; j += 16) {
      v128.store(values + j, f32x4.div(v128.load(values + j), divisor));
    }
    values += bytes;
  }
}

/** Turns gradients by softmax's outputs p into those by its inputs: p (d - sum of p d). */
export function softmaxGradient(deltas: usize, outputs: usize, rows: i32, size: i32, width: i32): void {
  let bytes = <usize>width << 2;
  for (let i = 0; i < rows; i++) {
    let mean: f32 = 0;
    for (let j: usize = 0; j < <usize>size << 2; j += 4) {
      mean += load<f32>(outputs + j) * load<f32>(deltas + j);
    }
    let means = f32x4.splat(mean);
    for (let j: usize = 0; j < bytes; j += 16) {
      let change = f32x4.sub(v128.load(deltas + j), means);
      v128.store(deltas + j, f32x4.mul(v128.load(outputs + j), change));
    }
    deltas += bytes;
    outputs += bytes;
  }
}
