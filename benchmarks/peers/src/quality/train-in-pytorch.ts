import { execFile } from 'node:child_process';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  ConfigurationError,
  DataError,
  patienceOf,
  targetSize,
  trainingSettings,
  type EmbeddingSet,
  type PreparedDataset,
  type Split,
} from '@paretrain/core';
import type { RunResult } from '@paretrain/store';

const SCRIPT = fileURLToPath(new URL('../../pytorch/train_autoencoder.py', import.meta.url));
const WEIGHTS = fileURLToPath(
  new URL('../../../../packages/loss-networks/weights/paretrain.safetensors', import.meta.url),
);

/** Methods that the script knows. */
const METHODS = ['I-I-PW', 'I-I-PS', 'VAE', 'P.VAE'] as const;

const IMAGES_AT_ONCE = 256;

/** What PyTorch made of a run. */
export interface TrainedInPytorch {
  readonly train: EmbeddingSet;
  readonly test: EmbeddingSet;
  readonly epochs: number;
  readonly torch: string;
}

/**
 * Trains a run's method on its images with its settings and seed in PyTorch. Only bytes go there: images, and the weights of the
 * project's own loss network.
 * @throws {ConfigurationError} for a run that the script cannot do
 */
export async function trainInPytorch(
  run: RunResult,
  dataset: PreparedDataset,
  python: string,
): Promise<TrainedInPytorch> {
  const settings = settingsOf(run, dataset);
  const folder = await mkdtemp(join(tmpdir(), 'paretrain-pytorch-'));
  try {
    const targets = {} as Record<Split, Float32Array>;
    for (const split of ['pretrain', 'train', 'test'] as const) {
      targets[split] = await writeImages(dataset, split, join(folder, `${split}.u8`));
    }
    await writeFile(join(folder, 'settings.json'), JSON.stringify(settings));
    await promisify(execFile)(python, [SCRIPT, folder], { maxBuffer: 2 ** 26 });
    const outcome = JSON.parse(await readFile(join(folder, 'outcome.json'), 'utf8')) as {
      readonly torch: string;
      readonly epochs: number;
    };
    const read = async (split: 'train' | 'test'): Promise<EmbeddingSet> => {
      const bytes = await readFile(join(folder, `${split}.f32`));
      const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
      const count = targets[split].length / targetSize(dataset.description.target);
      return { count, size: values.length / count, values, targets: targets[split] };
    };
    return { train: await read('train'), test: await read('test'), ...outcome };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function settingsOf({ id, settings }: RunResult, dataset: PreparedDataset): object {
  const { method, lossNetwork, latentSize, seed } = settings;
  const { image } = dataset.description;
  if (!METHODS.some((name) => name === method.name)) {
    throw new ConfigurationError(`${id}: received method ${method.name}, valid: ${METHODS.join(', ')}`);
  }
  if (lossNetwork && lossNetwork.name !== 'paretrain') {
    throw new ConfigurationError(`${id}: received loss network ${lossNetwork.name}, valid: paretrain`);
  }
  if (image.height !== image.width || image.channels !== 3) {
    throw new ConfigurationError(`${id}: received images that are not square with 3 channels`);
  }
  const training = trainingSettings.parse(settings.training);
  const patience = patienceOf(training);
  return {
    method: method.name,
    side: image.height,
    latentSize,
    seed,
    sigmoid: lossNetwork?.options['sigmoid'] ?? true,
    klWeight: method.options['klWeight'] ?? 0,
    weights: WEIGHTS,
    training: { ...training, patience: Number.isFinite(patience) ? patience : null },
  };
}

/** Writes a split's images as bytes, one after the other; gives its targets. */
async function writeImages(dataset: PreparedDataset, split: Split, path: string): Promise<Float32Array> {
  const source = await dataset.open(split);
  const file = await open(path, 'w');
  try {
    const targets = new Float32Array(source.count * source.targetSize);
    for (let first = 0; first < source.count; first += IMAGES_AT_ONCE) {
      const length = Math.min(IMAGES_AT_ONCE, source.count - first);
      const batch = await source.read(Uint32Array.from({ length }, (_, i) => first + i));
      await file.write(batch.images);
      targets.set(batch.targets, first * source.targetSize);
    }
    if (source.count === 0) throw new DataError(`split '${split}' is empty`);
    return targets;
  } finally {
    await file.close();
    await source.close();
  }
}
