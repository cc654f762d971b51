import '@paretrain/backend-wasm';
import {
  AbortedError,
  DataError,
  Rng,
  type BuiltMethod,
  type EvaluatorResult,
  type ImageShape,
  type ImageSource,
} from '@paretrain/core';
import {
  evaluatorContext,
  expectNoLeaks,
  memorySource,
  sampleDescription,
  sampleMethod,
  testEvaluator,
} from '@paretrain/testing';
import * as tf from '@tensorflow/tfjs';
import { decode } from 'fast-png';
import { beforeAll, describe, expect, it } from 'vitest';
import { retrainedDecoder, type RetrainedPair } from '../src/index.ts';

beforeAll(() => tf.setBackend('wasm'));

const image: ImageShape = { height: 64, width: 64, channels: 3 };
const dataset = sampleDescription('class', image);

testEvaluator(retrainedDecoder, {
  image,
  counts: { pretrain: 8, train: 2, test: 5 },
  options: { epochs: 2, batchSize: 4 },
});

/** Images of one grey each, and a method whose embedding is that grey. */
function plainImages(count: number, seed: number): ImageSource {
  const rng = Rng.stream(seed, 'greys');
  const images = new Uint8Array(count * 64 * 64 * 3);
  for (let i = 0; i < count; i++) {
    images.fill(rng.integer(256), i * 64 * 64 * 3, (i + 1) * 64 * 64 * 3);
  }
  return memorySource(images, image, new Float32Array(count), 1);
}
const greyMethod: BuiltMethod = {
  networks: {},
  constants: {},
  updates: [],
  encode: (images) => tf.tidy(() => tf.mean(images, [1, 2]) as tf.Tensor2D),
  reconstruct: (images) => tf.tidy(() => tf.sub(1, images)),
  dispose: () => {},
};

function evaluate(
  method: BuiltMethod,
  images: { pretrain: ImageSource; test: ImageSource },
  options: unknown,
  more: { signal?: AbortSignal; onProgress?: (share: number) => void } = {},
): Promise<EvaluatorResult> {
  return retrainedDecoder.evaluate(
    evaluatorContext(retrainedDecoder, { dataset, method, images, options, ...more }),
  );
}

describe('retrained-decoder', () => {
  it('learns to give back what the embeddings hold, and nothing where they hold nothing', async () => {
    const images = { pretrain: plainImages(40, 1), test: plainImages(12, 2) };
    const options = { epochs: 12, batchSize: 8 };
    const { metrics, details } = await evaluate(greyMethod, images, options);
    const blind: BuiltMethod = {
      ...greyMethod,
      encode: (x) => tf.tidy(() => tf.zeros([x.shape[0], 3]) as tf.Tensor2D),
    };
    const without = await evaluate(blind, images, options);
    // Greys are uniform in [0, 1]: variance 1 / 12, mean distance from the middle 1 / 4.
    expect(without.metrics['mse']).toBeGreaterThan(0.05);
    expect(metrics['mse']).toBeLessThan(0.02);
    expect(metrics['l1']).toBeLessThan(without.metrics['l1']! / 2);
    const { epochs, bestEpoch } = details as { epochs: number; bestEpoch: number };
    expect(bestEpoch).toBeGreaterThan(1);
    expect(epochs).toBeLessThanOrEqual(12);
  });

  it("keeps test images, what the method's own decoder made of them and what the new one makes", async () => {
    const images = { pretrain: plainImages(6, 1), test: plainImages(9, 2) };
    const { details } = await evaluate(greyMethod, images, { epochs: 1, batchSize: 4, pairs: 3 });
    const { pairs } = details as { pairs: RetrainedPair[] };
    expect(pairs.map(({ index }) => index)).toEqual([1, 4, 7]);
    const grey = (uri: string): number[] => [
      ...(decode(Buffer.from(uri.replace('data:image/png;base64,', ''), 'base64')).data as Uint8Array).slice(
        0,
        3,
      ),
    ];
    const { images: bytes } = await images.test.read([1, 4, 7]);
    pairs.forEach(({ input, before, output }, i) => {
      const expected = [...bytes.subarray(i * 64 * 64 * 3, i * 64 * 64 * 3 + 3)];
      expect(grey(input)).toEqual(expected);
      expect(grey(before!)).toEqual(expected.map((byte) => 255 - byte));
      expect(grey(output)).toHaveLength(3);
    });
    const { reconstruct: _, ...encoderOnly } = greyMethod;
    const own = await evaluate(encoderOnly, images, { epochs: 1, batchSize: 4, pairs: 3 });
    expect((own.details as { pairs: RetrainedPair[] }).pairs[0]).not.toHaveProperty('before');
  });

  it('stops in the middle of training without leaving tensors', async () => {
    const images = { pretrain: plainImages(16, 1), test: plainImages(2, 2) };
    const controller = new AbortController();
    await expectNoLeaks(async () => {
      const run = evaluate(
        greyMethod,
        images,
        { epochs: 1000, batchSize: 4 },
        {
          signal: controller.signal,
          onProgress: () => controller.abort(),
        },
      );
      await expect(run).rejects.toThrow(AbortedError);
    });
  });

  it('is for images that the decoder can be built for, and needs pretraining images', async () => {
    const method = sampleMethod(dataset);
    const applies = (shape: ImageShape): boolean =>
      retrainedDecoder.applies(method, sampleDescription('class', shape));
    expect(applies({ height: 96, width: 96, channels: 1 })).toBe(true);
    expect(applies({ height: 32, width: 32, channels: 3 })).toBe(false);
    expect(applies({ height: 72, width: 72, channels: 3 })).toBe(false);
    expect(applies({ height: 64, width: 80, channels: 3 })).toBe(false);
    const run = evaluate(method, { pretrain: plainImages(0, 1), test: plainImages(2, 2) }, {});
    await expect(run).rejects.toThrow(DataError);
    await expect(run).rejects.toThrow('retrained-decoder: received an empty pretrain split');
    method.dispose();
  });
});
