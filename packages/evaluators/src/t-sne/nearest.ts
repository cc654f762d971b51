/** Squared distances of row `i` from every row of count x size numbers, written into `distances`. */
export function squaredDistances(
  values: ArrayLike<number>,
  size: number,
  i: number,
  distances: Float64Array,
): void {
  for (let k = 0; k < distances.length; k++) {
    let sum = 0;
    for (let j = 0; j < size; j++) sum += (values[i * size + j]! - values[k * size + j]!) ** 2;
    distances[k] = sum;
  }
}

/** The `wanted` rows nearest to row `i`, itself left out, nearest first; of equally near ones the first. */
export function nearestRows(distances: Float64Array, i: number, wanted: number): number[] {
  const found: number[] = [];
  for (let k = 0; k < distances.length; k++) {
    if (k === i) continue;
    let at = found.length;
    while (at > 0 && distances[k]! < distances[found[at - 1]!]!) at--;
    if (at < wanted) found.splice(at, 0, k);
    if (found.length > wanted) found.pop();
  }
  return found;
}
