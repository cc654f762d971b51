import type { AlexnetWeights } from '../../src/index.ts';

/** Channels quieter than this, of all images, are left as they are. */
const QUIET = 1e-3;

/**
 * Scales the second convolution so that every channel's root mean square behind the ReLU becomes `scale`. ReLU commutes with positive
 * factors and the head would undo them, so the distillation leaves them open; the sigmoid behind does not.
 */
export function scaleChannels(
  weights: AlexnetWeights,
  rootMeanSquare: Float32Array,
  scale: number,
): AlexnetWeights {
  const kernel = weights['features.3.weight'];
  const perChannel = kernel.length / rootMeanSquare.length;
  const factor = rootMeanSquare.map((value) => (value < QUIET ? 1 : scale / value));
  return {
    ...weights,
    'features.3.weight': kernel.map((value, i) => value * factor[Math.floor(i / perChannel)]!),
    'features.3.bias': weights['features.3.bias'].map((value, i) => value * factor[i]!),
  };
}
