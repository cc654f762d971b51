/** Weights of one axis: output i is the sum over k < taps of weights[i * taps + k] * input[first[i] + k]. */
export interface AxisWeights {
  readonly inputs: number;
  readonly outputs: number;
  readonly taps: number;
  readonly first: Int32Array;
  readonly weights: Float32Array;
}

/**
 * How pictures are reduced. `antialiased`: bicubic convolution (Keys 1981, a = -0.5) stretched to the scale of the reduction,
 * so that every input pixel counts, as in Pillow's `BICUBIC`. `interpolated`: the same four taps a side whatever the scale
 * (a = -0.75), as in OpenCV's `INTER_CUBIC`, which skips most of the pixels of a large picture.
 */
export const RESAMPLING = ['antialiased', 'interpolated'] as const;
export type Resampling = (typeof RESAMPLING)[number];

/** Keys's cubic convolution kernel. */
function cubic(distance: number, a: number): number {
  const d = Math.abs(distance);
  if (d < 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  return d < 2 ? (((d - 5) * d + 8) * d - 4) * a : 0;
}

/**
 * Weights that reduce (or enlarge) one axis from `inputs` to `outputs` samples; pixel i covers [i, i + 1). Beyond the ends
 * antialiased weights are dropped and the rest rescaled (Pillow), interpolated ones repeat the edge pixel (OpenCV).
 */
export function bicubicWeights(inputs: number, outputs: number, resampling: Resampling): AxisWeights {
  const scale = inputs / outputs;
  const stretch = resampling === 'antialiased' ? Math.max(scale, 1) : 1;
  const a = resampling === 'antialiased' ? -0.5 : -0.75;
  const taps = Math.min(inputs, Math.ceil(4 * stretch) + 1);
  const first = new Int32Array(outputs);
  const weights = new Float32Array(outputs * taps);
  for (let i = 0; i < outputs; i++) {
    const centre = (i + 0.5) * scale;
    const low = Math.floor(centre - 2 * stretch);
    const start = Math.min(Math.max(low, 0), inputs - taps);
    const row = new Float64Array(taps);
    for (let x = low; x <= Math.ceil(centre + 2 * stretch); x++) {
      if (resampling === 'antialiased' && (x < 0 || x >= inputs)) continue;
      const weight = cubic((x + 0.5 - centre) / stretch, a);
      if (weight !== 0) row[Math.min(Math.max(x, 0), inputs - 1) - start]! += weight;
    }
    const sum = row.reduce((total, weight) => total + weight, 0);
    first[i] = start;
    row.forEach((weight, k) => (weights[i * taps + k] = weight / sum));
  }
  return { inputs, outputs, taps, first, weights };
}

/** Outputs [from, to) that any of the inputs [low, high) contributes to. */
export function outputsTouched(axis: AxisWeights, low: number, high: number): [number, number] {
  let from = 0;
  while (from < axis.outputs && axis.first[from]! + axis.taps <= low) from++;
  let to = from;
  while (to < axis.outputs && axis.first[to]! < high) to++;
  return [from, to];
}

/**
 * Horizontal pass over some rows and output columns.
 * @param source RGBA bytes, `axis.inputs` pixels a row
 * @param result three floats a pixel, `axis.outputs` pixels a row
 */
export function reduceRows(
  source: Uint8Array,
  axis: AxisWeights,
  rows: readonly [number, number],
  columns: readonly [number, number],
  result: Float32Array,
): void {
  const { taps, first, weights, inputs, outputs } = axis;
  for (let y = rows[0]; y < rows[1]; y++) {
    for (let x = columns[0]; x < columns[1]; x++) {
      let [red, green, blue] = [0, 0, 0];
      let from = (y * inputs + first[x]!) * 4;
      for (let k = x * taps; k < (x + 1) * taps; k++, from += 4) {
        const weight = weights[k]!;
        red += weight * source[from]!;
        green += weight * source[from + 1]!;
        blue += weight * source[from + 2]!;
      }
      const to = (y * outputs + x) * 3;
      result[to] = red;
      result[to + 1] = green;
      result[to + 2] = blue;
    }
  }
}

/**
 * Vertical pass over some output rows and columns, rounded to bytes.
 * @param source three floats a pixel, `width` pixels a row, `axis.inputs` rows
 * @param result RGB bytes, `width` pixels a row, `axis.outputs` rows
 */
export function reduceColumns(
  source: Float32Array,
  width: number,
  axis: AxisWeights,
  rows: readonly [number, number],
  columns: readonly [number, number],
  result: Uint8Array,
): void {
  const { taps, first, weights } = axis;
  const stride = width * 3;
  for (let y = rows[0]; y < rows[1]; y++) {
    for (let x = columns[0] * 3; x < columns[1] * 3; x++) {
      let sum = 0;
      let from = first[y]! * stride + x;
      for (let k = y * taps; k < (y + 1) * taps; k++, from += stride) sum += weights[k]! * source[from]!;
      result[y * stride + x] = sum <= 0 ? 0 : sum >= 255 ? 255 : Math.floor(sum + 0.5);
    }
  }
}
