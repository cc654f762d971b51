import { axisWeights, type AxisWeights } from '@paretrain/transforms';

/**
 * How pictures are reduced. `antialiased`: bicubic convolution (Keys 1981, a = -0.5) stretched to the scale of the reduction,
 * so that every input pixel counts, as in Pillow's `BICUBIC`. `interpolated`: the same four taps a side whatever the scale
 * (a = -0.75), as in OpenCV's `INTER_CUBIC`, which skips most of the pixels of a large picture.
 */
export const RESAMPLING = ['antialiased', 'interpolated'] as const;
export type Resampling = (typeof RESAMPLING)[number];

/** Weights that reduce (or enlarge) one axis of pictures. */
export function bicubicWeights(inputs: number, outputs: number, resampling: Resampling): AxisWeights {
  return axisWeights(inputs, outputs, 'bicubic', resampling === 'antialiased');
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
