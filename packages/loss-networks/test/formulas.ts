import { WEIGHT_SHAPES, type WeightName } from '../src/alexnet-architecture.ts';
import type { AlexnetWeights } from '../src/index.ts';
import type { WeightReader } from '../src/stages/weight-reader.ts';

/** amplitude sin(frequency i), as scripts/make-features-fixture.py has it. */
export function wave(count: number, frequency: number, amplitude: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => amplitude * Math.sin(frequency * i));
}

const FREQUENCIES: Record<WeightName, number> = {
  'features.0.weight': 0.7,
  'features.0.bias': 0.3,
  'features.3.weight': 0.9,
  'features.3.bias': 0.5,
};

/** Weights that are the same here and in PyTorch without a file. */
export function formulaWeights(): AlexnetWeights {
  const entries = Object.entries(WEIGHT_SHAPES) as [WeightName, readonly number[]][];
  return Object.fromEntries(
    entries.map(([name, shape]) => {
      const count = shape.reduce((product, size) => product * size, 1);
      return [name, wave(count, FREQUENCIES[name], 0.1)];
    }),
  ) as unknown as AlexnetWeights;
}

/** Pixels in [0, 1], height x width x 3. */
export function formulaImages(count: number): Float32Array {
  return wave(count, 0.013, 0.5).map((value) => 0.5 + value);
}

/** Numbers from -1 to 1 without a pattern, the same here and in scripts/make-inception-fixture.py, which explains them. */
function hashed(name: string, count: number): Float64Array {
  let seed = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) seed = Math.imul(seed ^ byte, 0x01000193);
  return Float64Array.from({ length: count }, (_, i) => {
    let x = (i + seed) | 0;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    return ((x ^ (x >>> 16)) >>> 0) / 2 ** 31 - 1;
  });
}

/** Weights of normalised convolutions under torchvision's names, that keep activations at about 1. */
export const hashedWeights: WeightReader = (name, shape) => {
  const count = shape.reduce((product, size) => product * size, 1);
  const [offset, scale] = name.endsWith('conv.weight')
    ? [0, Math.sqrt(6 / (count / shape[0]!))]
    : name.endsWith('bn.weight')
      ? [1, 0.2]
      : name.endsWith('bn.running_var')
        ? [1, 0.5]
        : [0, 0.1];
  return Promise.resolve(Float32Array.from(hashed(name, count), (value) => offset + scale * value));
};
