import type { AxisWeights } from './axis-weights.ts';

/**
 * Resizes an image: rows first, then columns, in float32 in between, rounded once at the end and kept within 0 to 255.
 * @param input bytes, down.inputs x across.inputs x channels
 * @param output bytes, down.outputs x across.outputs x channels; every byte is written
 */
export function resizeImage(
  input: Uint8Array,
  output: Uint8Array,
  channels: number,
  across: AxisWeights,
  down: AxisWeights,
): void {
  columns(rows(input, channels, across, down.inputs), output, across.outputs * channels, down);
}

function rows(input: Uint8Array, channels: number, axis: AxisWeights, height: number): Float32Array {
  const { taps, first, weights, inputs, outputs } = axis;
  const result = new Float32Array(height * outputs * channels);
  let to = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < outputs; x++) {
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        let from = (y * inputs + first[x]!) * channels + channel;
        for (let k = x * taps; k < (x + 1) * taps; k++, from += channels) sum += weights[k]! * input[from]!;
        result[to++] = sum;
      }
    }
  }
  return result;
}

function columns(input: Float32Array, output: Uint8Array, line: number, axis: AxisWeights): void {
  const { taps, first, weights, outputs } = axis;
  for (let y = 0; y < outputs; y++) {
    for (let x = 0; x < line; x++) {
      let sum = 0;
      let from = first[y]! * line + x;
      for (let k = y * taps; k < (y + 1) * taps; k++, from += line) sum += weights[k]! * input[from]!;
      output[y * line + x] = sum <= 0 ? 0 : sum >= 255 ? 255 : Math.floor(sum + 0.5);
    }
  }
}
