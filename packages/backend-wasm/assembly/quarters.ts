/**
 * Strassen's algorithm on quarters: what the seven products take and where they go (Strassen, "Gaussian elimination is not optimal", 1969). With quarters
 * A0 A1 / A2 A3, and so on:
 *   (A0 + A3)(B0 + B3) to C0 and C3     A3 (B2 - B0) to C0 and C2       (A2 - A0)(B0 + B1) to C3
 *   (A2 + A3) B0 to C2 and -C3          (A0 + A1) B3 to C1 and -C0      (A1 - A3)(B2 + B3) to C0
 *   A0 (B1 - B3) to C1 and C3
 * Both matrices enter by the same five sums and two of their quarters.
 */

/** The operands made of four quarters. */
export const SUM_03: i32 = 0;
export const SUM_01: i32 = 1;
export const SUM_23: i32 = 2;
export const DIFFERENCE_20: i32 = 3;
export const DIFFERENCE_13: i32 = 4;
export const COPY_0: i32 = 5;
export const COPY_3: i32 = 6;
export const OPERANDS: i32 = 7;

/** How a product is written to an output. */
export const OVERWRITE: i32 = 0;
export const ADD: i32 = 1;
export const SUBTRACT: i32 = 2;

/** No second output. */
export const NONE: i32 = -1;

/** The first quarter of a sum or difference. */
// @ts-ignore: decorator
@inline export function firstQuarter(operand: i32): i32 {
  if (operand == SUM_23 || operand == DIFFERENCE_20) return 2;
  return operand == DIFFERENCE_13 ? 1 : 0;
}

/** The quarter that is added to it or subtracted. */
// @ts-ignore: decorator
@inline export function secondQuarter(operand: i32): i32 {
  if (operand == SUM_01) return 1;
  return operand == DIFFERENCE_20 ? 0 : 3;
}

/** One of the seven products: its operands, and the quarters of C that it goes to, with how each is written while C holds nothing. */
// @ts-ignore: decorator
@unmanaged
export class Product {
  a: i32;
  b: i32;
  first: i32;
  firstWay: i32;
  second: i32;
  secondWay: i32;
}

const PRODUCT_BYTES: i32 = 24;
export const PRODUCTS: i32 = 7;
/** Bytes of the table of products. */
export const PRODUCTS_BYTES: i32 = PRODUCTS * PRODUCT_BYTES;

// @ts-ignore: decorator
@inline export function productAt(table: usize, i: i32): Product {
  return changetype<Product>(table + i * PRODUCT_BYTES);
}

function describe(table: usize, i: i32, a: i32, b: i32, first: i32, firstWay: i32, second: i32, secondWay: i32): void {
  let product = productAt(table, i);
  product.a = a;
  product.b = b;
  product.first = first;
  product.firstWay = firstWay;
  product.second = second;
  product.secondWay = secondWay;
}

/** Writes the table, in an order in which every output is overwritten before anything is added to it. */
export function describeProducts(table: usize): void {
  describe(table, 0, SUM_03, SUM_03, 0, OVERWRITE, 3, OVERWRITE);
  describe(table, 1, SUM_23, COPY_0, 2, OVERWRITE, 3, SUBTRACT);
  describe(table, 2, COPY_0, DIFFERENCE_13, 1, OVERWRITE, 3, ADD);
  describe(table, 3, COPY_3, DIFFERENCE_20, 0, ADD, 2, ADD);
  describe(table, 4, SUM_01, COPY_3, 1, ADD, 0, SUBTRACT);
  describe(table, 5, DIFFERENCE_20, SUM_01, 3, ADD, NONE, ADD);
  describe(table, 6, DIFFERENCE_13, SUM_23, 0, ADD, NONE, ADD);
}

/** Bytes of an output: the displacement of where a product goes, and how it is written there. */
export const OUTPUT_BYTES: i32 = 8;

export function setOutput(at: usize, displacement: usize, way: i32): void {
  store<u32>(at, <u32>displacement);
  store<i32>(at, way, 4);
}

/**
 * Adds to the end of a list of outputs: a quarter (or NONE) of every output of the list from `outer` to outerEnd, quarters `down` and `across` bytes apart.
 * Returns the new end.
 */
export function appendOutputs(
  end: usize, outer: usize, outerEnd: usize, quarter: i32, way: i32, accumulate: bool, down: usize, across: usize,
): usize {
  if (quarter == NONE) return end;
  let displacement = (quarter >> 1) * down + (quarter & 1) * across;
  for (; outer < outerEnd; outer += OUTPUT_BYTES) {
    let outerWay = load<i32>(outer, 4);
    let inner = way;
    if (way == OVERWRITE && (accumulate || outerWay != OVERWRITE)) inner = ADD;
    if (outerWay == SUBTRACT) inner = inner == ADD ? SUBTRACT : ADD;
    setOutput(end, load<u32>(outer) + displacement, inner);
    end += OUTPUT_BYTES;
  }
  return end;
}

/** A vector of each operand, `operandBytes` apart, from the vectors at `from` and at the distances of the other quarters. */
// @ts-ignore: decorator
@inline function combineVectors(from: usize, to1: usize, to2: usize, to3: usize, out: usize, operandBytes: usize, copies: bool): void {
  let x0 = v128.load(from);
  let x1 = v128.load(from + to1);
  let x2 = v128.load(from + to2);
  let x3 = v128.load(from + to3);
  v128.store(out, f32x4.add(x0, x3));
  out += operandBytes;
  v128.store(out, f32x4.add(x0, x1));
  out += operandBytes;
  v128.store(out, f32x4.add(x2, x3));
  out += operandBytes;
  v128.store(out, f32x4.sub(x2, x0));
  out += operandBytes;
  v128.store(out, f32x4.sub(x1, x3));
  if (!copies) return;
  out += operandBytes;
  v128.store(out, x0);
  out += operandBytes;
  v128.store(out, x3);
}

/**
 * The operands of quarters of `rows` x `columns` floats, whole vectors, whose rows lie `stride` bytes apart, the quarters `across` and `down` bytes from the
 * first; rows of the operands lie outStride bytes apart, every 8 columns panelStride bytes behind the 8 before them. copies: also those two that are
 * quarters themselves.
 */
export function combineQuarters(
  first: usize, across: usize, down: usize, rows: i32, columns: i32, stride: usize,
  out: usize, outStride: usize, panelStride: usize, operandBytes: usize, copies: bool,
): void {
  let diagonal = across + down;
  let pairBytes: usize = (columns & ~7) << 2;
  let bytes: usize = columns << 2;
  for (; rows > 0; rows--) {
    let from = first;
    let pairEnd = from + pairBytes;
    let end = from + bytes;
    let to = out;
    if (copies) {
      for (; from < pairEnd; from += 32) {
        combineVectors(from, across, down, diagonal, to, operandBytes, true);
        combineVectors(from + 16, across, down, diagonal, to + 16, operandBytes, true);
        to += panelStride;
      }
    } else {
      for (; from < pairEnd; from += 32) {
        combineVectors(from, across, down, diagonal, to, operandBytes, false);
        combineVectors(from + 16, across, down, diagonal, to + 16, operandBytes, false);
        to += panelStride;
      }
    }
    if (from < end) combineVectors(from, across, down, diagonal, to, operandBytes, copies);
    first += stride;
    out += outStride;
  }
}
