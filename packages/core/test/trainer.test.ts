import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  AbortedError,
  DataError,
  NonFiniteError,
  RngStreams,
  patienceOf,
  readWeights,
  splitForValidation,
  train,
  trainingSettings,
  type EpochRecord,
} from '../src/index.ts';
import { fileTrainingStore } from '../src/node/index.ts';
import { brightnessSource, regression, type RegressionOptions } from './support.ts';

const settings = (overrides: object = {}) =>
  trainingSettings.parse({ epochs: 6, batchSize: 8, ...overrides });
let directory: string;

beforeAll(async () => {
  await tf.setBackend('cpu');
});
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'paretrain-core-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** Trains and gives what must be the same however training went. */
async function run(
  options: {
    seed?: number;
    stopAfter?: number;
    store?: boolean;
    method?: RegressionOptions;
    settings?: object;
  } = {},
) {
  const method = regression(options.seed ?? 3, options.method);
  const controller = new AbortController();
  const tensors: number[] = [];
  const records: EpochRecord[] = [];
  try {
    const outcome = await train({
      method,
      source: brightnessSource(45),
      settings: settings(options.settings),
      streams: new RngStreams(options.seed ?? 3),
      signal: controller.signal,
      ...(options.store ? { store: fileTrainingStore(directory) } : {}),
      onEpoch: (record, memory) => {
        records.push(record);
        tensors.push(memory.tensors);
        if (record.epoch === options.stopAfter) controller.abort();
      },
    });
    const weights = await readWeights(method.networks, 'weights');
    const losses = outcome.history.map(({ loss, validationLoss, best }) => ({ loss, validationLoss, best }));
    return { outcome, weights, losses, tensors };
  } finally {
    method.dispose();
  }
}

describe('train', () => {
  it('lowers the loss, keeps the best epoch and validates on the last images', async () => {
    const { outcome } = await run({ settings: { epochs: 25 } });
    const { history, bestEpoch } = outcome;
    expect(history[0]!.loss).toBeGreaterThan(2 * history.at(-1)!.loss);
    const lowest = Math.min(...history.map((record) => record.validationLoss!));
    expect(history[bestEpoch - 1]!.validationLoss).toBe(lowest);
    expect(splitForValidation(45, 0.2)).toEqual({ training: 36, validation: 9 });
  });

  it('gives bitwise the same for the same seed, something else for another', async () => {
    const [first, second, other] = [await run(), await run(), await run({ seed: 4 })];
    expect(second.losses).toEqual(first.losses);
    expect(second.weights).toEqual(first.weights);
    expect(other.losses).not.toEqual(first.losses);
  });

  it('goes on from a checkpoint to bitwise the same end', async () => {
    const unbroken = await run();
    await expect(run({ store: true, stopAfter: 2 })).rejects.toThrow(AbortedError);
    const history = (await readFile(join(directory, 'history.jsonl'), 'utf8')).trim().split('\n');
    expect(history).toHaveLength(2);
    await expect(run({ store: true, stopAfter: 4 })).rejects.toThrow(AbortedError);
    const resumed = await run({ store: true });
    expect(resumed.tensors).toHaveLength(2);
    expect(resumed.losses).toEqual(unbroken.losses);
    expect(resumed.weights).toEqual(unbroken.weights);
    expect(resumed.outcome.bestEpoch).toBe(unbroken.outcome.bestEpoch);
  });

  it('begins again, and says so, when the checkpoint is cut short or altered', async () => {
    const unbroken = await run();
    const path = join(directory, 'checkpoint.bin');
    for (const damage of [
      async () => truncate(path, 500),
      async () => {
        const bytes = await readFile(path);
        bytes[bytes.length - 60]! ^= 1;
        await writeFile(path, bytes);
      },
    ]) {
      await expect(run({ store: true, stopAfter: 2 })).rejects.toThrow(AbortedError);
      await damage();
      const messages: string[] = [];
      const store = fileTrainingStore(directory, (error) => messages.push(error.message));
      expect(await store.load()).toBeNull();
      expect(messages[0]).toMatch(/cut short|does not match/);
      expect((await run({ store: true })).losses).toEqual(unbroken.losses);
      await rm(path);
    }
  });

  it('gives the same with cached and computed constants', async () => {
    const method = { constants: true };
    const cached = await run({ method, settings: { targets: 'cached' } });
    const computed = await run({ method, settings: { targets: 'computed' } });
    const tooLarge = await run({ method, settings: { targets: 'cached', cacheBytes: 1000 } });
    expect([cached, computed, tooLarge].map(({ outcome }) => outcome.targets)).toEqual([
      'cached',
      'computed',
      'computed',
    ]);
    expect(cached.losses).toEqual(computed.losses);
    expect(cached.outcome.seconds.cache).toBeGreaterThan(0);
    expect(computed.outcome.seconds.cache).toBe(0);
  });

  it('leaks no tensor: as many after every epoch', async () => {
    const before = tf.memory().numTensors;
    const { tensors } = await run({ method: { constants: true } });
    expect(new Set(tensors).size).toBe(1);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('stops at once on a NaN, naming epoch, step and update', async () => {
    await expect(run({ method: { nanFrom: 7 } })).rejects.toThrow(NonFiniteError);
    await expect(run({ method: { nanFrom: 7 } })).rejects.toThrow(
      /epoch 2, step 2 of 5: the loss of update 'regressor' is NaN/,
    );
  });

  it('stops early after `patience` epochs without improvement', async () => {
    const { outcome } = await run({
      method: { learningRate: 1e-12 },
      settings: { epochs: 40, patience: 3 },
    });
    expect(outcome.epochsRun).toBe(outcome.bestEpoch + 3);
    expect(patienceOf(settings({ epochs: 500 }))).toBe(25);
    expect(patienceOf(settings({ epochs: 50 }))).toBe(10);
  });

  it('keeps the last epoch where nothing validates', async () => {
    const { outcome } = await run({ settings: { validationFraction: 0 } });
    expect(outcome.bestEpoch).toBe(6);
    expect(outcome.history.every((record) => record.validationLoss === null)).toBe(true);
  });

  it('refuses an empty source, one too small to validate and targets that are not numbers', async () => {
    const method = regression(1);
    const options = { method, settings: settings(), streams: new RngStreams(1) };
    await expect(train({ ...options, source: brightnessSource(0) })).rejects.toThrow(/empty data set/);
    await expect(train({ ...options, source: brightnessSource(1) })).rejects.toThrow(DataError);
    const source = brightnessSource(12);
    const broken = {
      ...source,
      read: async (indices: ArrayLike<number>) => {
        const batch = await source.read(indices);
        batch.targets.fill(NaN);
        return batch;
      },
    };
    await expect(train({ ...options, source: broken })).rejects.toThrow(/target of image \d+: received NaN/);
    method.dispose();
  });
});
