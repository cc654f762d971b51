import '@paretrain/backend-wasm';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataError, Rng, ShapeError, parseOptions, type LossNetwork } from '@paretrain/core';
import {
  expectAllclose,
  expectGradient,
  expectNoLeaks,
  sampleImages,
  testLossNetwork,
} from '@paretrain/testing';
import type { TensorToWrite } from '@paretrain/weights';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inception_v3 } from '../src/index.ts';
import { INCEPTION_BLOCKS, SMALLEST_SIDE } from '../src/inception/architecture.ts';
import { buildLayers, disposeLayers, type Layer } from '../src/inception/layer.ts';
import { averagePool } from '../src/inception/pooling.ts';
import { resizeBilinear } from '../src/inception/resize-bilinear.ts';
import { formulaImages, formulaConvolutionWeights } from './formulas.ts';
import { expectRecorded, type Recorded } from './recorded.ts';
import { writeTensors } from './staged-data.ts';

interface Fixture {
  readonly image: [number, number];
  readonly blocks: Record<string, Recorded>;
  readonly resized: Record<string, Recorded>;
}
const fixture = JSON.parse(
  readFileSync(new URL('fixtures/inception-pytorch.json', import.meta.url), 'utf8'),
) as Fixture;

const FILE = inception_v3.downloads![0]!.path;
const directory = mkdtempSync(join(tmpdir(), 'paretrain-inception-'));
const folders = { dataDirectory: directory, cacheDirectory: join(directory, 'cache') };

beforeAll(async () => {
  await tf.setBackend('wasm');
  await tf.ready();
  const tensors: Record<string, TensorToWrite> = {};
  const layers = await buildLayers(
    Object.values(INCEPTION_BLOCKS),
    async (name, shape) => {
      const data = await formulaConvolutionWeights(name, shape);
      tensors[name] = { shape, data };
      return data;
    },
    3,
  );
  disposeLayers(layers);
  writeTensors(directory, FILE, tensors);
}, 180_000);
afterAll(() => rmSync(directory, { recursive: true }));

function formulaImage(height: number, width: number): tf.Tensor4D {
  return tf.tensor4d(formulaImages(height * width * 3), [1, height, width, 3]);
}

function load(options: Record<string, unknown> = {}, context = folders): Promise<LossNetwork> {
  return inception_v3.load({ options: parseOptions(inception_v3, options), ...context });
}

// Without resizing, which would make 14 times as many pixels of them.
testLossNetwork(inception_v3, {
  ...folders,
  options: { resize: false },
  images: [
    { height: SMALLEST_SIDE, width: SMALLEST_SIDE, channels: 3 },
    { height: 96, width: 80, channels: 3 },
  ],
  gradient: { step: 2e-5, tolerance: 0.05 },
});

describe('inception_v3', () => {
  it("equals pytorch-fid's network on formula weights, block by block", async () => {
    const images = formulaImage(...fixture.image);
    const layers = await buildLayers(Object.values(INCEPTION_BLOCKS), formulaConvolutionWeights, 3);
    let map = tf.tidy(() => tf.sub(tf.mul(resizeBilinear(images, 299), 2), 1)) as tf.Tensor4D;
    for (const [i, name] of Object.keys(INCEPTION_BLOCKS).entries()) {
      const next = tf.tidy(() => layers[i]!.apply(map));
      map.dispose();
      map = next;
      expect(map.shape, name).toEqual([1, ...fixture.blocks[name]!.shape]);
      expectRecorded((await map.data()) as Float32Array, fixture.blocks[name]!, name);
    }
    tf.dispose([images, map]);
    disposeLayers(layers);
  });

  it("gives pytorch-fid's 2,048 features of an image of any size", async () => {
    await expectNoLeaks(async () => {
      const network = await load();
      const images = formulaImage(...fixture.image);
      const features = network.features(images);
      expect(features.shape).toEqual([1, 2048]);
      expect(network.featureCount({ height: 1, width: 640, channels: 3 })).toBe(2048);
      expectRecorded((await features.data()) as Float32Array, fixture.blocks['features']!, 'features');
      tf.dispose([images, features]);
      network.dispose();
    });
  });

  it('takes pixels as they are without normalisation', async () => {
    const [normalised, plain] = [await load(), await load({ normalise: false })];
    tf.tidy(() => {
      const images = formulaImage(20, 30);
      const byHand = tf.sub(tf.mul(images, 2), 1) as tf.Tensor4D;
      expectAllclose(plain.features(byHand).dataSync(), normalised.features(images).dataSync(), 1e-4);
    });
    normalised.dispose();
    plain.dispose();
  });

  it('names the smallest image without resizing', async () => {
    const network = await load({ resize: false });
    expect(() => network.features(tf.zeros([1, 74, 75, 3]))).toThrow(ShapeError);
    expect(() => network.features(tf.zeros([1, 74, 75, 3]))).toThrow(/sides of at least 75 pixels/);
    expect(() => network.featureCount({ height: 99, width: 99, channels: 1 })).toThrow(ShapeError);
    network.dispose();
  });

  it('says how to get the weights, and rejects others without leaving tensors', async () => {
    const empty = { ...folders, dataDirectory: join(directory, 'nothing') };
    await expect(load({}, empty)).rejects.toThrow(/run paretrain data fetch inception_v3/);
    const other = mkdtempSync(join(directory, 'other-'));
    writeTensors(other, FILE, { 'Conv2d_1a_3x3.conv.weight': { shape: [1], data: new Float32Array(1) } });
    await expectNoLeaks(async () => {
      const loading = load({}, { ...folders, dataDirectory: other });
      await expect(loading).rejects.toThrow(DataError);
      await expect(loading).rejects.toThrow(/received shape \[1\], valid: \[32, 3, 3, 3\]/);
    });
    writeFileSync(join(other, FILE), 'nothing of the kind');
    await expect(load({}, { ...folders, dataDirectory: other })).rejects.toThrow(DataError);
  });
});

describe('resizeBilinear', () => {
  it.each(Object.entries(fixture.resized))("equals PyTorch's: %s", async (size, expected) => {
    const [height, width] = size.split('x').map(Number) as [number, number];
    const resized = tf.tidy(() => resizeBilinear(formulaImage(height, width), 299));
    expect(resized.shape).toEqual([1, 299, 299, 3]);
    expectRecorded((await resized.data()) as Float32Array, expected, size);
    resized.dispose();
  });

  it('has a gradient, also over several images', () => {
    tf.tidy(() => {
      const images = sampleImages(2, { height: 9, width: 14, channels: 3 }, Rng.stream(0, 'images'));
      const factors = tf.tensor4d(Rng.stream(0, 'factors').normalArray(2 * 11 * 11 * 3), [2, 11, 11, 3]);
      expectGradient(
        (x) => tf.sum(tf.mul(resizeBilinear(x as tf.Tensor4D, 11), factors)).asScalar(),
        images,
        Rng.stream(0, 'directions'),
      );
    });
  });
});

describe('averagePool', () => {
  it('leaves out what lies beyond the edges, in the gradient too', async () => {
    const x = tf.tensor4d([1, 2, 3, 4, 5, 6], [1, 2, 3, 1]);
    const pool: Layer = await averagePool().build(formulaConvolutionWeights, 1);
    const pooled = tf.tidy(() => pool.apply(x));
    expectAllclose(await pooled.data(), [3, 3.5, 4, 3, 3.5, 4], 1e-6);
    // A corner is in two windows of four positions and in two of six.
    const gradient = tf.grad((input) => tf.sum(pool.apply(input as tf.Tensor4D)))(x);
    expectAllclose(await gradient.data(), [5 / 6, 4 / 3, 5 / 6, 5 / 6, 4 / 3, 5 / 6], 1e-6);
    tf.dispose([x, pooled, gradient, ...pool.weights]);
  });
});
