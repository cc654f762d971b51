/**
 * C = A B for the small matrices of probes: 4 x 8 tiles whose accumulators stay in registers, B packed into panels of 8
 * columns so that a panel lies in the first-level cache. Every size is padded by the caller: rows of C to 4, columns to 8.
 * Plain SIMD only (no relaxed instructions): IEEE arithmetic in a fixed order, so the same numbers on every machine.
 */

/** What happens to a tile before it is stored. */
export const STORE = 0;
/** max(x, slope x): leaky ReLU. */
export const LEAKY = 1;
/** x times the derivative of leaky ReLU, whose outputs lie at `activation`. */
export const LEAKY_GRADIENT = 2;

/** Deepest panel: 128 x 8 floats are 4 KiB. */
const DEPTH = 128;

// @ts-ignore: decorator
@inline function finish(c: usize, at: usize, mode: i32, activation: usize, slope: v128, x: v128): void {
  if (mode == LEAKY) x = f32x4.max(x, f32x4.mul(x, slope));
  if (mode == LEAKY_GRADIENT) {
    let positive = f32x4.gt(v128.load(activation + at), f32x4.splat(0));
    x = v128.bitselect(x, f32x4.mul(x, slope), positive);
  }
  v128.store(c + at, x);
}

// @ts-ignore: decorator
@inline function pack(panel: usize, b: usize, bRow: usize, bColumn: usize, depth: i32): void {
  if (bColumn == 4) {
    for (let k = 0; k < depth; k++) {
      v128.store(panel, v128.load(b));
      v128.store(panel, v128.load(b, 16), 16);
      panel += 32;
      b += bRow;
    }
    return;
  }
  for (let k = 0; k < depth; k++) {
    let from = b;
    for (let j = 0; j < 8; j++) {
      store<f32>(panel, load<f32>(from));
      panel += 4;
      from += bColumn;
    }
    b += bRow;
  }
}

/**
 * Strides are in bytes. `bias` (8-padded, or 0) starts every row; `panel` has room for 128 x 8 floats.
 * C's rows lie `cRow` bytes apart, as do those of `activation`.
 */
export function multiply(
  c: usize, cRow: usize,
  a: usize, aRow: usize, aColumn: usize,
  b: usize, bRow: usize, bColumn: usize,
  rows: i32, columns: i32, depth: i32,
  bias: usize, mode: i32, activation: usize, slope: f32, panel: usize,
): void {
  let slopes = f32x4.splat(slope);
  for (let k0 = 0; k0 < depth || k0 == 0; k0 += DEPTH) {
    let deep = min(depth - k0, DEPTH);
    let last = k0 + DEPTH >= depth;
    let doing = last ? mode : STORE;
    for (let j = 0; j < columns; j += 8) {
      pack(panel, b + <usize>k0 * bRow + <usize>j * bColumn, bRow, bColumn, deep);
      let low = bias ? v128.load(bias + (<usize>j << 2)) : f32x4.splat(0);
      let high = bias ? v128.load(bias + (<usize>j << 2), 16) : f32x4.splat(0);
      for (let i = 0; i < rows; i += 4) {
        let at = <usize>i * cRow + (<usize>j << 2);
        let c00 = low, c01 = high, c10 = low, c11 = high, c20 = low, c21 = high, c30 = low, c31 = high;
        if (k0 > 0) {
          c00 = v128.load(c + at);
          c01 = v128.load(c + at, 16);
          c10 = v128.load(c + at + cRow);
          c11 = v128.load(c + at + cRow, 16);
          c20 = v128.load(c + at + 2 * cRow);
          c21 = v128.load(c + at + 2 * cRow, 16);
          c30 = v128.load(c + at + 3 * cRow);
          c31 = v128.load(c + at + 3 * cRow, 16);
        }
        let a0 = a + <usize>i * aRow + <usize>k0 * aColumn;
        let a1 = a0 + aRow;
        let a2 = a1 + aRow;
        let a3 = a2 + aRow;
        let p = panel;
        for (let k = 0; k < deep; k++) {
          let b0 = v128.load(p);
          let b1 = v128.load(p, 16);
          let x = v128.load32_splat(a0);
          c00 = f32x4.add(c00, f32x4.mul(x, b0));
          c01 = f32x4.add(c01, f32x4.mul(x, b1));
          x = v128.load32_splat(a1);
          c10 = f32x4.add(c10, f32x4.mul(x, b0));
          c11 = f32x4.add(c11, f32x4.mul(x, b1));
          x = v128.load32_splat(a2);
          c20 = f32x4.add(c20, f32x4.mul(x, b0));
          c21 = f32x4.add(c21, f32x4.mul(x, b1));
          x = v128.load32_splat(a3);
          c30 = f32x4.add(c30, f32x4.mul(x, b0));
          c31 = f32x4.add(c31, f32x4.mul(x, b1));
          p += 32;
          a0 += aColumn;
          a1 += aColumn;
          a2 += aColumn;
          a3 += aColumn;
        }
        finish(c, at, doing, activation, slopes, c00);
        finish(c, at + 16, doing, activation, slopes, c01);
        finish(c, at + cRow, doing, activation, slopes, c10);
        finish(c, at + cRow + 16, doing, activation, slopes, c11);
        finish(c, at + 2 * cRow, doing, activation, slopes, c20);
        finish(c, at + 2 * cRow + 16, doing, activation, slopes, c21);
        finish(c, at + 3 * cRow, doing, activation, slopes, c30);
        finish(c, at + 3 * cRow + 16, doing, activation, slopes, c31);
      }
    }
  }
}
