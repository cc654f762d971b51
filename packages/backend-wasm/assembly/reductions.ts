/**
 * Sums over one contiguous group of axes: out[outer][inner] = scale * sum over r of x[outer][r][inner].
 *
 * The stock kernel transposes the tensor first whenever the reduced axes are not the last, which makes the bias gradients and the
 * batch statistics of convolutions cost more than the arithmetic. Floats over 128 terms, doubles beyond.
 */
import { addToDoubles, laneSum } from './simd';

const BLOCK: i32 = 128;

/** Bytes of workspace. */
export function sumWorkspace(inner: i32): i32 {
  return inner * 32 + 64;
}

function contiguousSum(x: usize, count: i32): f64 {
  let total: f64 = 0;
  let end = x + ((count & ~3) << 2);
  while (x < end) {
    let blockEnd = min(end, x + BLOCK * 16);
    let sum = f32x4.splat(0);
    for (; x < blockEnd; x += 16) sum = f32x4.add(sum, v128.load(x));
    total += laneSum(sum);
  }
  for (let i = count & 3; i > 0; i--) {
    total += <f64>load<f32>(x);
    x += 4;
  }
  return total;
}

/** doubles[columns] = sums down the columns of x [rows][columns]. */
function columnSums(x: usize, doubles: usize, rows: i32, columns: i32): void {
  memory.fill(doubles, 0, columns << 3);
  let rowBytes: usize = columns << 2;
  let whole = columns & ~3;
  for (let row = 0; row < rows; row += BLOCK) {
    let count = min(BLOCK, rows - row);
    let block = x + row * rowBytes;
    for (let c = 0; c < whole; c += 4) {
      let sum = f32x4.splat(0);
      let p = block + (c << 2);
      for (let i = 0; i < count; i++) {
        sum = f32x4.add(sum, v128.load(p));
        p += rowBytes;
      }
      addToDoubles(doubles + (c << 3), sum);
    }
    for (let c = whole; c < columns; c++) {
      let sum: f64 = 0;
      let p = block + (c << 2);
      for (let i = 0; i < count; i++) {
        sum += <f64>load<f32>(p);
        p += rowBytes;
      }
      store<f64>(doubles + (c << 3), load<f64>(doubles + (c << 3)) + sum);
    }
  }
}

export function sum(
  x: usize,
  out: usize,
  outer: i32,
  reduced: i32,
  inner: i32,
  scale: f64,
  workspace: usize,
): void {
  if (inner == 1) {
    for (let o = 0; o < outer; o++) {
      store<f32>(out + (o << 2), <f32>(contiguousSum(x, reduced) * scale));
      x += (<usize>reduced) << 2;
    }
    return;
  }
  // Rows in fours are one row of whole vectors, whatever the number of channels (3 colours above all).
  let fold = (inner & 3) != 0 && (reduced & 3) == 0;
  for (let o = 0; o < outer; o++) {
    if (fold) columnSums(x, workspace, reduced >> 2, inner << 2);
    else columnSums(x, workspace, reduced, inner);
    for (let c = 0; c < inner; c++) {
      let total = load<f64>(workspace + (c << 3));
      if (fold) {
        for (let i = 1; i < 4; i++) total += load<f64>(workspace + ((i * inner + c) << 3));
      }
      store<f32>(out + (c << 2), <f32>(total * scale));
    }
    x += (<usize>(reduced * inner)) << 2;
    out += inner << 2;
  }
}
