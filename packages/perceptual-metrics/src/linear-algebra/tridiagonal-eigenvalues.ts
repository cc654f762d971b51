/** Rounds of the iteration for one eigenvalue; two or three are usual. */
const MOST_ROUNDS = 60;

/**
 * Eigenvalues of a symmetric tridiagonal matrix, in no order: the implicit QL iteration with Wilkinson's shift (Dubrulle, Martin and
 * Wilkinson, "The implicit QL algorithm", 1968). Their error is that of rounding the largest one.
 * @param diagonal overwritten
 * @param beside one shorter
 * @throws {Error} where the iteration does not end
 */
export function tridiagonalEigenvalues(diagonal: Float64Array, beside: Float64Array): Float64Array {
  const n = diagonal.length;
  const scale = Math.max(largest(diagonal), largest(beside));
  if (scale === 0) return diagonal;
  // At most 1, so that no square overflows, and those that underflow are nothing.
  for (let i = 0; i < n; i++) diagonal[i]! /= scale;
  // One more, so that each number has one beside it.
  const e = new Float64Array(n);
  for (let i = 0; i < n - 1; i++) e[i] = beside[i]! / scale;
  for (let l = 0; l < n; l++) {
    for (let round = 0; ; round++) {
      let end = l;
      while (end < n - 1 && Math.abs(e[end]!) > Number.EPSILON) end++;
      if (end === l) break;
      if (round === MOST_ROUNDS) throw new Error('eigenvalues: the iteration does not end');
      chase(diagonal, e, l, end);
    }
  }
  return diagonal.map((value) => value * scale);
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** One step of the iteration on the part from `begin` to `end`, which nothing beside it separates. */
function chase(d: Float64Array, e: Float64Array, begin: number, end: number): void {
  const half = (d[begin + 1]! - d[begin]!) / (2 * e[begin]!);
  const root = Math.sqrt(half * half + 1);
  const shift = d[begin]! - e[begin]! / (half + (half >= 0 ? root : -root));
  let g = d[end]! - shift;
  let [sine, cosine, p] = [1, 1, 0];
  for (let i = end - 1; i >= begin; i--) {
    const f = sine * e[i]!;
    const b = cosine * e[i]!;
    const length = Math.sqrt(f * f + g * g);
    e[i + 1] = length;
    if (length === 0) {
      // The matrix falls into two here.
      d[i + 1]! -= p;
      e[end] = 0;
      return;
    }
    sine = f / length;
    cosine = g / length;
    g = d[i + 1]! - p;
    const turned = (d[i]! - g) * sine + 2 * cosine * b;
    p = sine * turned;
    d[i + 1] = g + p;
    g = cosine * turned - b;
  }
  d[begin]! -= p;
  e[begin] = g;
  e[end] = 0;
}
