import '@paretrain/backend-wasm';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DataError, Rng, parseOptions, type LossNetworkPlugin } from '@paretrain/core';
import { expectAllclose, expectNoLeaks, sampleImages, testManifest, testPlugin } from '@paretrain/testing';
import { readSafetensors, writeSafetensors } from '@paretrain/weights';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeEmbedded } from '../src/embedded-weights.ts';
import { weights as embedded } from '../src/generated/paretrain-weights.ts';
import * as exported from '../src/index.ts';
import { paretrain, random, randomAlexnetWeights, readAlexnetWeights } from '../src/index.ts';

const weightFile = readFileSync(new URL('../weights/paretrain.safetensors', import.meta.url));

beforeAll(async () => {
  await tf.setBackend('wasm');
  await tf.ready();
});

testManifest(new URL('../package.json', import.meta.url), exported);

async function featuresOf(
  plugin: LossNetworkPlugin<never>,
  options: Record<string, unknown> = {},
): Promise<{ values: Float32Array; checksum: string }> {
  const network = await plugin.load({ options: parseOptions(plugin, options) });
  const images = sampleImages(2, { height: 64, width: 64, channels: 3 }, Rng.stream(0, 'images'));
  const features = network.features(images);
  expect(features.shape).toEqual([2, 9408]);
  const values = (await features.data()) as Float32Array;
  tf.dispose([images, features]);
  network.dispose();
  return { values, checksum: network.weightsChecksum };
}

describe.each([paretrain, random] as unknown as LossNetworkPlugin<never>[])(
  "loss network '$name'",
  (plugin) => {
    testPlugin(plugin, 'loss-network');

    it('gives the same features every time and leaves no tensors', async () => {
      const first = await expectNoLeaks(() => featuresOf(plugin));
      expect(first.checksum).toMatch(/^[0-9a-f]{64}$/);
      expect(await featuresOf(plugin)).toEqual(first);
    });

    it('is its plain layers', async () => {
      const network = await plugin.load({ options: parseOptions(plugin, undefined) });
      tf.tidy(() => {
        const images = sampleImages(2, { height: 64, width: 64, channels: 3 }, Rng.stream(0, 'images'));
        const maps = network.layers!.apply(images, { training: false }) as tf.Tensor4D;
        expect(tf.reshape(maps, [2, -1]).arraySync()).toEqual(network.features(images).arraySync());
      });
      network.dispose();
    });

    it('tells images apart', async () => {
      const { values } = await featuresOf(plugin);
      const [a, b] = [values.subarray(0, 9408), values.subarray(9408)];
      expect(a.every(Number.isFinite)).toBe(true);
      expect(a.filter((value, i) => value !== b[i]).length).toBeGreaterThan(1000);
    });

    it('has a card', () => {
      expect(plugin.card.architecture).not.toBe('');
      expect(plugin.card.licence).not.toBe('');
    });
  },
);

describe("loss network 'paretrain'", () => {
  it('is embedded as it lies in weights/, under 1 MB', () => {
    expect(weightFile.length).toBeLessThan(1e6);
    expect(embedded.sha256).toBe(createHash('sha256').update(weightFile).digest('hex'));
    expect(decodeEmbedded('paretrain', embedded)).toEqual(new Uint8Array(weightFile));
    const { tensors } = readSafetensors(weightFile);
    expect(Object.values(tensors).map(({ dtype }) => dtype)).toEqual(['F16', 'F16', 'F16', 'F16']);
  });

  it('has the checksum of its file', async () => {
    expect((await featuresOf(paretrain as never)).checksum).toBe(embedded.sha256);
  });

  it('saw no labels of any data set but ImageNet, through its teacher', () => {
    const labelled = paretrain.card.trainedOn.filter(({ labels }) => labels);
    expect(labelled.map(({ dataset }) => dataset)).toEqual(['imagenet-1k']);
  });

  it('notices changed, shortened and malformed weights', () => {
    const middle = embedded.base64.length / 2;
    const letter = embedded.base64[middle] === 'A' ? 'B' : 'A';
    const changed = embedded.base64.slice(0, middle) + letter + embedded.base64.slice(middle + 1);
    for (const base64 of [changed, embedded.base64.slice(0, -400), '']) {
      const decode = () => decodeEmbedded('paretrain', { ...embedded, base64 });
      expect(decode).toThrow(DataError);
      expect(decode).toThrow(
        /'paretrain': embedded weights: received sha256 [0-9a-f]{64}, valid: [0-9a-f]{64}/,
      );
    }
    const decode = () => decodeEmbedded('paretrain', { ...embedded, base64: '*' });
    expect(decode).toThrow(DataError);
    expect(decode).toThrow(/not base64/);
  });
});

describe('readAlexnetWeights', () => {
  const shape = { 'features.0.weight': [64, 3, 11, 11], 'features.0.bias': [64] };
  const tensor = (sizes: readonly number[], value = 0) => ({
    shape: sizes,
    data: new Float32Array(sizes.reduce((product, size) => product * size, 1)).fill(value),
  });
  const complete = {
    ...Object.fromEntries(Object.entries(shape).map(([name, sizes]) => [name, tensor(sizes)])),
    'features.3.weight': tensor([192, 64, 5, 5]),
    'features.3.bias': tensor([192]),
  };

  it('reads the four weights and ignores others', () => {
    const read = readAlexnetWeights('x', writeSafetensors({ ...complete, 'classifier.1.bias': tensor([4]) }));
    expect(Object.keys(read)).toHaveLength(4);
  });

  it.each([
    [
      'a missing weight',
      { 'features.0.bias': tensor([64]) },
      /'x': weights: received tensors features.0.bias, /,
    ],
    [
      'another shape',
      { ...complete, 'features.3.bias': tensor([256]) },
      /'x': weight 'features.3.bias': received shape \[256\], valid: \[192\]/,
    ],
    ['a NaN', { ...complete, 'features.3.bias': tensor([192], NaN) }, /'features.3.bias' holds a NaN/],
  ])('rejects %s', (_, tensors, message) => {
    const read = () => readAlexnetWeights('x', writeSafetensors(tensors));
    expect(read).toThrow(DataError);
    expect(read).toThrow(message);
  });

  it('rejects a truncated file', () => {
    const read = () => readAlexnetWeights('x', weightFile.subarray(0, 5000));
    expect(read).toThrow(DataError);
    expect(read).toThrow(/truncated/);
  });
});

describe("loss network 'random'", () => {
  it('depends on the seed, and says so in its checksum', async () => {
    const [zero, one] = [await featuresOf(random as never), await featuresOf(random as never, { seed: 1 })];
    expect(zero.checksum).not.toBe(one.checksum);
    expect(zero.values).not.toEqual(one.values);
  });

  it("begins as PyTorch's convolutions: uniform within 1 / sqrt(fan-in)", () => {
    const weights = randomAlexnetWeights(Rng.stream(0, 'weights'));
    for (const [layer, fanIn] of [
      ['features.0', 363],
      ['features.3', 1600],
    ] as const) {
      for (const part of ['weight', 'bias'] as const) {
        const values = weights[`${layer}.${part}`];
        const largest = values.reduce((most: number, value: number) => Math.max(most, Math.abs(value)), 0);
        expect(largest).toBeLessThanOrEqual(1 / Math.sqrt(fanIn) + 1e-9);
        expect(largest).toBeGreaterThan(0.9 / Math.sqrt(fanIn));
      }
      const kernel = weights[`${layer}.weight`];
      const square = kernel.reduce((sum: number, value: number) => sum + value * value, 0) / kernel.length;
      expect(square * fanIn * 3).toBeCloseTo(1, 1);
    }
  });

  it('runs without the sigmoid', async () => {
    const { values } = await featuresOf(random as never, { sigmoid: false });
    expectAllclose([Math.min(...values)], [0]);
  });
});
