import { formulaUniform } from '@paretrain/testing';
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

/** Weights of normalised convolutions under torchvision's names, that keep activations at about 1; as scripts/make-inception-fixture.py has them. */
export const formulaConvolutionWeights: WeightReader = (name, shape) => {
  const count = shape.reduce((product, size) => product * size, 1);
  const bound = Math.sqrt(6 / (count / shape[0]!));
  const [low, high] = name.endsWith('conv.weight')
    ? [-bound, bound]
    : name.endsWith('bn.weight')
      ? [0.8, 1.2]
      : name.endsWith('bn.running_var')
        ? [0.5, 1.5]
        : [-0.1, 0.1];
  return Promise.resolve(formulaUniform(name, count, low, high));
};
