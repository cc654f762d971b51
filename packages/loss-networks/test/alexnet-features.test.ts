import { configureWasm } from '@paretrain/backend-wasm';
import { readFileSync } from 'node:fs';
import { Rng, ShapeError } from '@paretrain/core';
import { expectAllclose, expectGradient, expectNoLeaks, sampleImages } from '@paretrain/testing';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { getAlexnetWeights } from '../src/alexnet-features.ts';
import { alexnetFeatures, alexnetLossNetwork, type AlexnetWeights } from '../src/index.ts';
import { formulaImages, formulaWeights, wave } from './formulas.ts';

interface Fixture {
  readonly cases: readonly {
    readonly shape: [number, number, number, number];
    readonly featureCount: number;
    readonly featureSum: number;
    readonly every: number;
    readonly features: readonly number[];
    readonly gradientEvery: number;
    readonly gradient: readonly number[];
  }[];
}
const fixture = JSON.parse(
  readFileSync(new URL('./fixtures/features-pytorch.json', import.meta.url), 'utf8'),
) as Fixture;

const every = (values: ArrayLike<number>, step: number): number[] =>
  Array.from(values).filter((_, i) => i % step === 0);

const network = (weights: AlexnetWeights = formulaWeights(), sigmoid = true) =>
  alexnetLossNetwork({ name: 'formula', weights, weightsChecksum: '', sigmoid });

// Winograd's rounding moves a few maxima and ReLUs to the other side, which the 1e-4 of the gradient does not allow.
configureWasm({ convolution: 'direct' });

describe.each(['wasm', 'cpu'])('AlexNet features on %s', (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend);
    await tf.ready();
  });

  // The plain cpu backend takes seconds for the larger images.
  const cases = fixture.cases.filter(({ shape }) => backend === 'wasm' || shape[1] < 64);
  it.each(cases)("equal PyTorch's, and so does the gradient: $shape", async (expected) => {
    const loss = network();
    const [batch, height, width, channels] = expected.shape;
    const images = tf.tensor4d(formulaImages(batch * height * width * channels), expected.shape);
    const features = loss.features(images);
    expect(features.shape).toEqual([batch, expected.featureCount]);
    expect(loss.featureCount({ height, width, channels })).toBe(expected.featureCount);
    const values = (await features.data()) as Float32Array;
    expectAllclose(every(values, expected.every), expected.features, 1e-5);
    const sum = values.reduce((total, value) => total + value, 0);
    expect(Math.abs(sum / expected.featureSum - 1)).toBeLessThan(1e-6);

    const factors = tf.tensor2d(wave(features.size, 0.11, 1), [batch, expected.featureCount]);
    const gradient = tf.grad((x) => tf.sum(tf.mul(loss.features(x as tf.Tensor4D), factors)))(images);
    expectAllclose(every(await gradient.data(), expected.gradientEvery), expected.gradient, 1e-4, 'gradient');
    tf.dispose([images, features, factors, gradient]);
    loss.dispose();
  });
});

describe('AlexNet features', () => {
  beforeAll(async () => {
    await tf.setBackend('wasm');
    await tf.ready();
  });

  it('are 9,408 at 64x64 and 23,232 at 96x96, from 330,688 weights', () => {
    const loss = network();
    expect(loss.featureCount({ height: 64, width: 64, channels: 3 })).toBe(9408);
    expect(loss.featureCount({ height: 96, width: 96, channels: 3 })).toBe(23232);
    loss.dispose();
    const model = alexnetFeatures();
    expect(model.countParams()).toBe(330_688);
    expect(model.trainableWeights).toEqual([]);
    model.dispose();
  });

  it('come in the order row, column, channel', async () => {
    const weights = formulaWeights();
    const loss = network(weights);
    const model = alexnetFeatures({ weights });
    const images = sampleImages(1, { height: 40, width: 64, channels: 3 }, Rng.stream(0, 'images'));
    const flat = loss.features(images);
    const maps = model.predict(images) as tf.Tensor4D;
    const [, , columns, channels] = maps.shape;
    const at = (row: number, column: number, channel: number): number =>
      (row * columns + column) * channels + channel;
    const values = await flat.data();
    expect(values[at(1, 3, 100)]).toBe((await maps.array())[0]![1]![3]![100]);
    tf.dispose([images, flat, maps]);
    loss.dispose();
    model.dispose();
  });

  it('lie in [.5, 1) with the sigmoid and in [0, infinity) without', async () => {
    const images = sampleImages(1, { height: 64, width: 64, channels: 3 }, Rng.stream(0, 'images'));
    for (const sigmoid of [true, false]) {
      const loss = network(formulaWeights(), sigmoid);
      const features = loss.features(images);
      const values = await features.data();
      expect(Math.min(...values)).toBe(sigmoid ? 0.5 : 0);
      if (sigmoid) expect(Math.max(...values)).toBeLessThanOrEqual(1);
      else expect(Math.max(...values)).toBeGreaterThan(1);
      features.dispose();
      loss.dispose();
    }
    images.dispose();
  });

  it('are differentiable in the image: central differences', () => {
    // Small weights keep the sigmoid away from its flat ends.
    const weights = formulaWeights();
    const small = Object.fromEntries(
      Object.entries(weights).map(([name, values]) => [name, values.map((value) => value / 4)]),
    ) as unknown as AlexnetWeights;
    const loss = network(small);
    const rng = Rng.stream(0, 'gradient');
    const images = sampleImages(1, { height: 19, width: 19, channels: 3 }, rng);
    const factors = tf.tensor1d(rng.uniformArray(192, -1, 1));
    expectGradient((x) => tf.sum(tf.mul(loss.features(x as tf.Tensor4D), factors)), images, rng, {
      // ReLU and max-pooling bend: a longer step crosses more of their edges.
      step: 2e-4,
      tolerance: 0.05,
    });
    tf.dispose([images, factors]);
    loss.dispose();
  });

  it('leave no tensors behind', async () => {
    await expectNoLeaks(async () => {
      const loss = network();
      const images = sampleImages(2, { height: 64, width: 64, channels: 3 }, Rng.stream(0, 'images'));
      loss.features(images).dispose();
      tf.grad((x) => tf.sum(loss.features(x as tf.Tensor4D)))(images).dispose();
      images.dispose();
      loss.dispose();
    });
  });

  it("gives its weights back in PyTorch's order", async () => {
    const weights = formulaWeights();
    const model = alexnetFeatures({ weights });
    const back = await getAlexnetWeights(model);
    for (const [name, values] of Object.entries(weights)) {
      expect(back[name as keyof AlexnetWeights]).toEqual(values);
    }
    model.dispose();
  });

  it.each([
    [1, 64, 64, 1],
    [1, 64, 64, 4],
    [2, 14, 64, 3],
    [2, 64, 14, 3],
  ] as [number, number, number, number][])('rejects images of shape %j, %j, %j, %j', (...shape) => {
    const loss = network();
    const images = tf.zeros<tf.Rank.R4>(shape);
    expect(() => loss.features(images)).toThrow(ShapeError);
    expect(() => loss.features(images)).toThrow(`'formula': images: received shape [${shape.join(', ')}]`);
    const [, height, width, channels] = shape;
    expect(() => loss.featureCount({ height, width, channels })).toThrow(ShapeError);
    images.dispose();
    loss.dispose();
  });

  it('rejects a tensor that is not a batch of images', () => {
    const loss = network();
    const image = tf.zeros([64, 64, 3]);
    expect(() => loss.features(image as unknown as tf.Tensor4D)).toThrow(/received shape \[64, 64, 3\]/);
    image.dispose();
    loss.dispose();
  });
});
