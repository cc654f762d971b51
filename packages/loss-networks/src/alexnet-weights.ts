import { DataError, type Rng } from '@paretrain/core';
import { SafetensorsError, readSafetensors } from '@paretrain/weights';
import { WEIGHT_SHAPES, type WeightName } from './alexnet-architecture.ts';

/** Weights by torchvision's names, row-major (output, input, height, width). */
export type AlexnetWeights = Readonly<Record<WeightName, Float32Array>>;

/**
 * The four weights from a safetensors file; other tensors in it are ignored.
 * @param name of the loss network, for messages
 * @throws {DataError} where the file is damaged, a weight is missing or has another shape
 */
export function readAlexnetWeights(name: string, bytes: Uint8Array): AlexnetWeights {
  const { tensors } = parse(name, bytes);
  const weights = {} as Record<WeightName, Float32Array>;
  for (const [key, expected] of Object.entries(WEIGHT_SHAPES) as [WeightName, readonly number[]][]) {
    const tensor = tensors[key];
    if (!tensor) {
      const found = Object.keys(tensors).join(', ') || 'none';
      throw new DataError(`loss network '${name}': weights: received tensors ${found}, '${key}' is missing`);
    }
    if (tensor.shape.join() !== expected.join()) {
      throw new DataError(
        `loss network '${name}': weight '${key}': received shape [${tensor.shape.join(', ')}], ` +
          `valid: [${expected.join(', ')}]`,
      );
    }
    if (tensor.data.some((value) => !Number.isFinite(value))) {
      throw new DataError(`loss network '${name}': weight '${key}' holds a NaN or an infinity`);
    }
    weights[key] = tensor.data;
  }
  return weights;
}

function parse(name: string, bytes: Uint8Array): ReturnType<typeof readSafetensors> {
  try {
    return readSafetensors(bytes);
  } catch (error) {
    if (!(error instanceof SafetensorsError)) throw error;
    throw new DataError(`loss network '${name}': weights: ${error.message}`, { cause: error });
  }
}

/** Untrained weights as PyTorch's convolutions begin: weights and biases uniform in [-1, 1] / sqrt(fan-in). */
export function randomAlexnetWeights(rng: Rng): AlexnetWeights {
  const weights = {} as Record<WeightName, Float32Array>;
  for (const layer of ['features.0', 'features.3'] as const) {
    const shape: readonly number[] = WEIGHT_SHAPES[`${layer}.weight`];
    const fanIn = shape.slice(1).reduce((product, size) => product * size, 1);
    const bound = 1 / Math.sqrt(fanIn);
    weights[`${layer}.weight`] = rng.uniformArray(shape[0]! * fanIn, -bound, bound);
    weights[`${layer}.bias`] = rng.uniformArray(shape[0]!, -bound, bound);
  }
  return weights;
}
