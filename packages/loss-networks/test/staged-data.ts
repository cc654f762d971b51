import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Rng } from '@paretrain/core';
import { writeSafetensors, type TensorToWrite } from '@paretrain/weights';
import { buildStages, disposeStages } from '../src/stages/stage-network.ts';
import type { StagePlan, WeightReader } from '../src/stages/weight-reader.ts';

/** Weights that keep activations at about 1: uniform within +-sqrt(6 / fan-in), from a seed. */
export const seededWeights: WeightReader = (name, shape) => {
  const count = shape.reduce((product, size) => product * size, 1);
  const bound = shape.length === 1 ? 0.1 : Math.sqrt(6 / (count / shape[0]!));
  return Promise.resolve(Rng.stream(0, 'weights', name).uniformArray(count, -bound, bound));
};

/** Records what a reader is asked for. */
function recording(read: WeightReader): {
  readonly read: WeightReader;
  readonly tensors: Record<string, TensorToWrite>;
} {
  const tensors: Record<string, TensorToWrite> = {};
  return {
    tensors,
    read: async (name, shape) => {
      const data = await read(name, shape);
      tensors[name] = { shape, data };
      return data;
    },
  };
}

/** Writes all weights of an architecture as a safetensors file, whatever its name ends in. */
export async function writeWeights(
  directory: string,
  file: string,
  plans: readonly StagePlan[],
  change: (tensors: Record<string, TensorToWrite>) => void = () => undefined,
): Promise<void> {
  const { read, tensors } = recording(seededWeights);
  disposeStages(await buildStages(plans, read));
  change(tensors);
  writeTensors(directory, file, tensors);
}

export function writeTensors(
  directory: string,
  file: string,
  tensors: Readonly<Record<string, TensorToWrite>>,
): void {
  const path = join(directory, ...file.split('/'));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, writeSafetensors(tensors));
}

/** MobileNetV2's weights under the names of its file; small, since nothing normalises the activations. */
export function mobilenetWeights(): Record<string, TensorToWrite> {
  const tensors: Record<string, TensorToWrite> = {};
  let index = 0;
  const add = (filters: number, size: number, inputs: number): void => {
    const name = `l${String(index++).padStart(2, '0')}`;
    const rng = Rng.stream(0, 'weights', name);
    const bound = Math.sqrt(6 / (size * size * (filters === 1 ? 1 : inputs)));
    const outputs = filters === 1 ? inputs : filters;
    const count = filters * size * size * inputs;
    tensors[`${name}.weight`] = {
      shape: [filters, size, size, inputs],
      data: rng.uniformArray(count, -bound, bound),
    };
    tensors[`${name}.bias`] = { shape: [outputs], data: rng.uniformArray(outputs, 0, 0.1) };
  };
  add(32, 3, 3);
  let inputs = 32;
  for (const [expansion, filters, repeats] of [
    [1, 16, 1],
    [6, 24, 2],
    [6, 32, 3],
    [6, 64, 4],
    [6, 96, 3],
    [6, 160, 3],
    [6, 320, 1],
  ] as const) {
    for (let i = 0; i < repeats; i++) {
      const wide = expansion * inputs;
      if (expansion > 1) add(wide, 1, inputs);
      add(1, 3, wide);
      add(filters, 1, wide);
      inputs = filters;
    }
  }
  add(1280, 1, inputs);
  return tensors;
}
