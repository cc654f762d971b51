import type { Rng } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';

/**
 * How weights begin.
 *
 * - `pytorch`: what PyTorch's layers do by themselves, and so the reference code of papers 000-002: weights and biases
 *   uniform in [-1, 1] / sqrt(fan-in). For transposed convolutions PyTorch counts the fan-in as kernel area x *output*
 *   channels; so does this.
 * - `glorot`: weights uniform in [-1, 1] sqrt(6 / (fan-in + fan-out)), biases zero (Glorot and Bengio 2010; the default
 *   of Keras).
 *
 * Batch normalisation begins with scale 1, offset 0, moving mean 0 and moving variance 1 in both.
 */
export const INITIALIZATIONS = ['pytorch', 'glorot'] as const;
export type Initialization = (typeof INITIALIZATIONS)[number];

interface Bounds {
  readonly kernel: number;
  readonly bias: number;
}

/** Half-widths of the uniform distributions of a layer, from the shape of its kernel; null for layers without one. */
function boundsOf(layer: tf.layers.Layer, kernel: readonly number[], scheme: Initialization): Bounds | null {
  const className = layer.getClassName();
  const area = kernel.slice(0, -2).reduce((product, size) => product * size, 1);
  const last = kernel[kernel.length - 1]!;
  const beforeLast = kernel[kernel.length - 2]!;
  switch (className) {
    // [in, out], [height, width, in, out] and [height, width, in / groups, out]
    case 'Dense':
    case 'Conv2D':
    case 'GroupedConv2D':
    // [height, width, out, in]: PyTorch's [in, out, height, width] makes it take `out` for the fan-in.
    // eslint-disable-next-line no-fallthrough -- the second to last dimension is the one that counts in all four
    case 'Conv2DTranspose': {
      if (scheme === 'glorot') return { kernel: Math.sqrt(6 / (area * (last + beforeLast))), bias: 0 };
      const bound = 1 / Math.sqrt(area * beforeLast);
      return { kernel: bound, bias: bound };
    }
    default:
      return null;
  }
}

/**
 * Fills the weights of every convolution, transposed convolution and dense layer of a model, layer after layer, kernel
 * before bias, from one stream. Other weights stay as they are.
 */
export function initializeWeights(model: tf.LayersModel, rng: Rng, scheme: Initialization = 'pytorch'): void {
  for (const layer of model.layers) {
    const kernel = layer.weights[0];
    if (!kernel) continue;
    const bounds = boundsOf(layer, kernel.shape as number[], scheme);
    if (!bounds) continue;
    layer.weights.forEach((weight, i) => {
      const bound = i === 0 ? bounds.kernel : bounds.bias;
      const shape = weight.shape as number[];
      tf.tidy(() => {
        weight.write(tf.tensor(uniform(rng, tf.util.sizeFromShape(shape), bound), shape));
      });
    });
  }
}

/** `count` numbers uniform in [-bound, bound), with the 24 bits that a float32 holds. */
function uniform(rng: Rng, count: number, bound: number): Float32Array {
  const values = new Float32Array(count);
  if (bound === 0) return values;
  const step = bound / 2 ** 23;
  for (let i = 0; i < count; i++) values[i] = (rng.nextUint32() >>> 8) * step - bound;
  return values;
}
