/** Weights of one axis: output i is the sum over k < taps of weights[i * taps + k] * input[first[i] + k]. */
export interface AxisWeights {
  readonly inputs: number;
  readonly outputs: number;
  readonly taps: number;
  readonly first: Int32Array;
  readonly weights: Float32Array;
}

/** How the values between pixels are found. */
export const INTERPOLATIONS = ['nearest', 'bilinear', 'bicubic'] as const;
export type Interpolation = (typeof INTERPOLATIONS)[number];

/** A kernel: its weight at a distance in pixels, zero from `radius` on. */
interface Kernel {
  readonly radius: number;
  weight(distance: number): number;
}

/** Keys's cubic convolution (1981), which goes through the pixels and has the slope `a` at distance 1. */
function cubic(a: number): Kernel {
  return {
    radius: 2,
    weight(distance) {
      const d = Math.abs(distance);
      if (d < 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
      return d < 2 ? (((d - 5) * d + 8) * d - 4) * a : 0;
    },
  };
}

const LINEAR: Kernel = { radius: 1, weight: (distance) => Math.max(0, 1 - Math.abs(distance)) };

/**
 * Weights that reduce or enlarge one axis from `inputs` to `outputs` samples; pixel i covers [i, i + 1), ends meet ends.
 *
 * `antialiased`: the kernel is stretched to the scale of a reduction, so that every input counts; beyond the ends weights are
 * dropped and the rest rescaled; bicubic has a = -0.5. This is Pillow's way, and torchvision's with `antialias=True`.
 * Otherwise the kernel keeps its size whatever the scale and passes over inputs of a large reduction; beyond the ends the edge repeats;
 * bicubic has a = -0.75. This is OpenCV's way, and torchvision's with `antialias=False`. `nearest` is the input under the output's
 * centre in both.
 */
export function axisWeights(
  inputs: number,
  outputs: number,
  interpolation: Interpolation,
  antialiased: boolean,
): AxisWeights {
  const scale = inputs / outputs;
  if (interpolation === 'nearest') {
    const first = Int32Array.from({ length: outputs }, (_, i) =>
      Math.min(Math.floor((i + 0.5) * scale), inputs - 1),
    );
    return { inputs, outputs, taps: 1, first, weights: new Float32Array(outputs).fill(1) };
  }
  const kernel = interpolation === 'bilinear' ? LINEAR : cubic(antialiased ? -0.5 : -0.75);
  const stretch = antialiased ? Math.max(scale, 1) : 1;
  const reach = kernel.radius * stretch;
  const taps = Math.min(inputs, Math.ceil(2 * reach) + 1);
  const first = new Int32Array(outputs);
  const weights = new Float32Array(outputs * taps);
  for (let i = 0; i < outputs; i++) {
    const centre = (i + 0.5) * scale;
    const low = Math.floor(centre - reach);
    const start = Math.min(Math.max(low, 0), inputs - taps);
    const row = new Float64Array(taps);
    for (let x = low; x <= Math.ceil(centre + reach); x++) {
      if (antialiased && (x < 0 || x >= inputs)) continue;
      const weight = kernel.weight((x + 0.5 - centre) / stretch);
      if (weight !== 0) row[Math.min(Math.max(x, 0), inputs - 1) - start]! += weight;
    }
    const sum = row.reduce((total, weight) => total + weight, 0);
    first[i] = start;
    row.forEach((weight, k) => (weights[i * taps + k] = weight / sum));
  }
  return { inputs, outputs, taps, first, weights };
}
