/**
 * Small SIMD helpers shared by the kernel families.
 *
 * The relaxed build fuses a multiplication and an addition into one instruction (`relaxed_madd`): twice the arithmetic
 * rate of the plain build, and one rounding fewer, so the two builds differ in the last bits.
 */

/** a * b + c, in one instruction where the build allows it. */
// @ts-ignore: decorator
@inline export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** Stores the transpose of the 4x4 matrix with rows a, b, c, d; output rows lie `stride` bytes apart. */
// @ts-ignore: decorator
@inline export function storeTransposed4(out: usize, stride: usize, a: v128, b: v128, c: v128, d: v128): void {
  let lowAB = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  let highAB = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  let lowCD = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  let highCD = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(out, v128.shuffle<i64>(lowAB, lowCD, 0, 2));
  v128.store(out + stride, v128.shuffle<i64>(lowAB, lowCD, 1, 3));
  v128.store(out + 2 * stride, v128.shuffle<i64>(highAB, highCD, 0, 2));
  v128.store(out + 3 * stride, v128.shuffle<i64>(highAB, highCD, 1, 3));
}

/** The sum of the four lanes, in double precision. */
// @ts-ignore: decorator
@inline export function laneSum(a: v128): f64 {
  return (
    <f64>f32x4.extract_lane(a, 0) +
    <f64>f32x4.extract_lane(a, 1) +
    <f64>f32x4.extract_lane(a, 2) +
    <f64>f32x4.extract_lane(a, 3)
  );
}

/** Adds the four floats of `a` to four doubles in memory: long sums stay exact, short runs stay fast. */
// @ts-ignore: decorator
@inline export function addToDoubles(doubles: usize, a: v128): void {
  v128.store(doubles, f64x2.add(v128.load(doubles), f64x2.promote_low_f32x4(a)));
  let high = f64x2.promote_low_f32x4(v128.shuffle<i64>(a, a, 1, 1));
  v128.store(doubles, f64x2.add(v128.load(doubles, 16), high), 16);
}

/** A mask that keeps the first `count` of four lanes (count may be below 0 or above 4). */
// @ts-ignore: decorator
@inline export function laneMask(count: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count));
}

/** Stores the first `count` (1 to 4) of four lanes. */
// @ts-ignore: decorator
@inline export function storeLanes(out: usize, a: v128, count: i32): void {
  if (count == 4) {
    v128.store(out, a);
    return;
  }
  if (count & 2) {
    v128.store_lane<i64>(out, a, 0);
    if (count & 1) v128.store_lane<f32>(out, a, 2, 8);
  } else {
    v128.store_lane<f32>(out, a, 0);
  }
}

/** The next address, or number of bytes, that whole vectors fill. */
// @ts-ignore: decorator
@inline export function aligned(address: usize): usize {
  return (address + 15) & ~15;
}
