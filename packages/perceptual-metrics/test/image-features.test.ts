import { AbortedError, ShapeError, type LossNetwork } from '@paretrain/core';
import { random } from '@paretrain/loss-networks';
import { expectAllclose, expectNoLeaks, sampleDescription, sampleSource } from '@paretrain/testing';
import '@paretrain/backend-wasm';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, it } from 'vitest';
import { imageFeatures } from '../src/index.ts';

const IMAGE = { height: 16, width: 20, channels: 3 };

beforeAll(async () => {
  await tf.setBackend('wasm');
  await tf.ready();
});

function network(): Promise<LossNetwork> {
  return random.load({ options: { seed: 0, sigmoid: true } });
}

it('gives the features of every image in order, whatever the batches, and says how far it is', async () => {
  await expectNoLeaks(async () => {
    const net = await network();
    const source = sampleSource(sampleDescription('class', IMAGE), 7);
    const told: (readonly [number, number])[] = [];
    const set = await imageFeatures(net, source, { batchSize: 3, onProgress: (...now) => told.push(now) });
    expect(told).toEqual([
      [3, 7],
      [6, 7],
      [7, 7],
    ]);
    expect(set.dimensions).toBe(net.featureCount(IMAGE));
    const { images } = await source.read([5]);
    const bytes = tf.tensor4d(Float32Array.from(images), [1, 16, 20, 3]);
    const expected = tf.tidy(() => net.features(tf.div(bytes, 255)));
    const row = set.values.subarray(5 * set.dimensions, 6 * set.dimensions);
    expectAllclose(row, await expected.data(), 1e-6);
    tf.dispose([bytes, expected]);
    net.dispose();
  });
});

it('leaves no tensors when it stops or cannot begin', async () => {
  const net = await network();
  const source = sampleSource(sampleDescription('class', IMAGE), 4);
  await expectNoLeaks(async () => {
    const signal = AbortSignal.abort();
    await expect(imageFeatures(net, source, { signal })).rejects.toThrow(AbortedError);
    await expect(imageFeatures(net, source, { batchSize: 0 })).rejects.toThrow(
      'batchSize: received 0, valid: an integer from 1',
    );
    const broken: LossNetwork = {
      ...net,
      featureCount: () => 3,
      features: () => {
        throw new ShapeError('broken network', [1], '[2]');
      },
    };
    await expect(imageFeatures(broken, source)).rejects.toThrow(ShapeError);
  });
  net.dispose();
});
