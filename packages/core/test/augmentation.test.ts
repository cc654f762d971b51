import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import {
  RngStreams,
  defineAugmentation,
  parseOptions,
  train,
  trainingSettings,
  type BuiltMethod,
} from '../src/index.ts';
import { brightnessSource, regression } from './support.ts';

beforeAll(() => tf.setBackend('cpu'));

const noise = defineAugmentation({
  name: 'noise',
  version: '1.0.0',
  description: 'Adds a random number to every byte',
  options: z.strictObject({}),
  build: () => ({
    apply(input, output, _shape, rng) {
      for (let i = 0; i < input.length; i++) output[i] = input[i]! + rng.integer(256);
    },
  }),
});

const EPOCHS = 3;

/** What a method saw in training: for every image, by its pixels, its transformed images, one an epoch. */
async function augmentedImages(seed: number, batchSize: number): Promise<Map<string, string[]>> {
  const seen = new Map<string, string[]>();
  const base = regression(seed);
  const method: BuiltMethod = {
    ...base,
    augmentation: noise.build(parseOptions(noise, {})),
    updates: base.updates.map((update) => ({
      ...update,
      loss: (batch) => {
        if (batch.training) {
          const [images, augmented] = [batch.images.dataSync(), batch.augmented.dataSync()];
          for (let at = 0; at < images.length; at += 16) {
            const key = images.slice(at, at + 16).join();
            seen.set(key, [...(seen.get(key) ?? []), augmented.slice(at, at + 16).join()]);
          }
        }
        return update.loss(batch);
      },
    })),
  };
  const settings = trainingSettings.parse({ epochs: EPOCHS, batchSize, validationFraction: 0 });
  try {
    await train({ method, source: brightnessSource(20), settings, streams: new RngStreams(seed) });
  } finally {
    base.dispose();
  }
  return seen;
}

it('seed, epoch and image decide an augmentation, whatever the batches', async () => {
  const inSevens = await augmentedImages(3, 7);
  expect(inSevens.size).toBe(20);
  const all = [...inSevens.values()].flat();
  expect(all.length).toBe(20 * EPOCHS);
  expect(new Set(all).size, 'another one for every image and epoch').toBe(20 * EPOCHS);
  for (const batchSize of [1, 20]) {
    const others = await augmentedImages(3, batchSize);
    for (const [image, augmented] of inSevens) expect(others.get(image)).toEqual(augmented);
  }
  const otherSeed = [...(await augmentedImages(4, 7)).values()].flat();
  expect(otherSeed.filter((augmented) => all.includes(augmented))).toEqual([]);
});
