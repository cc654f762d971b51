/**
 * Means of the columns of count x size numbers. Summed as differences from the first row, so that a constant column, as a
 * collapsed encoder gives, has exactly its value as mean and nothing but zeros are left once it is centred.
 */
export function columnMeans(values: Float32Array, size: number): Float64Array {
  const count = values.length / size;
  const means = new Float64Array(size);
  for (let i = 0; i < values.length; i++) means[i % size]! += (values[i]! - values[i % size]!) / count;
  return means.map((mean, j) => mean + values[j]!);
}
