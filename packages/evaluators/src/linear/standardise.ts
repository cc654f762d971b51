import { columnMeans } from './column-means.ts';

export interface Standardised {
  /** count x size: (input - mean) / scale. */
  readonly inputs: Float64Array;
  /** One per column. */
  readonly means: Float64Array;
  /** Standard deviations (uncorrected), one per column. A constant column tells nothing: divided by infinity it keeps weight 0. */
  readonly scales: Float64Array;
}

/** Brings every column of count x size numbers to mean 0 and standard deviation 1, constant ones to 0. */
export function standardise(inputs: Float32Array, size: number): Standardised {
  const count = inputs.length / size;
  const means = columnMeans(inputs, size);
  const scales = new Float64Array(size);
  for (let i = 0; i < inputs.length; i++) scales[i % size]! += (inputs[i]! - means[i % size]!) ** 2 / count;
  for (let j = 0; j < size; j++) scales[j] = Math.sqrt(scales[j]!) || Infinity;
  return {
    inputs: Float64Array.from(inputs, (value, i) => (value - means[i % size]!) / scales[i % size]!),
    means,
    scales,
  };
}
