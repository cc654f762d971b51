/*
 * IEEE 754 binary16 (half) and bfloat16 against the float32 numbers of JavaScript's typed arrays.
 */

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** The half nearest to a number, ties to the even one; overflow gives infinity, NaN stays NaN. */
export function toHalf(value: number): number {
  float[0] = value;
  const x = bits[0]!;
  const sign = (x >>> 16) & 0x8000;
  const magnitude = x & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // 65520 and beyond is nearer to infinity than to 65504, the largest half.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) {
    // Below 2^-14 halves are multiples of 2^-24; exact in float64, so one rounding does it.
    float[0] = value;
    return sign | roundToEven(Math.abs(float[0]!) * 2 ** 24);
  }
  // Exponent rebias (127 to 15), then 23 to 10 bits of fraction; a carry moves into the exponent, as it should.
  const rebiased = magnitude - 0x38000000;
  const rounded = rebiased + 0xfff + ((rebiased >>> 13) & 1);
  return sign | (rounded >>> 13);
}

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest > 0.5 || (rest === 0.5 && floor % 2 === 1)) return floor + 1;
  return floor;
}

/** The number that 16 bits of a half stand for. */
export function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The number that 16 bits of a bfloat16 stand for: the upper half of a float32. */
export function fromBfloat16(value: number): number {
  bits[0] = value << 16;
  return float[0]!;
}
