import { Rng } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { imageDecoder, imageEncoder, predictor, type Initialization } from '../src/index.ts';

const image = { height: 64, width: 64, channels: 3 };

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** Largest absolute value, mean and standard deviation of a weight. */
function statistics(
  model: tf.LayersModel,
  layer: string,
  index: number,
): { max: number; mean: number; sd: number } {
  const values = model.getLayer(layer).getWeights()[index]!.dataSync<'float32'>();
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return { max: values.reduce((max, value) => Math.max(max, Math.abs(value)), 0), mean, sd };
}

function expectUniform(actual: { max: number; mean: number; sd: number }, bound: number): void {
  expect(actual.max).toBeLessThanOrEqual(bound * (1 + 1e-6));
  expect(actual.max).toBeGreaterThan(bound * 0.95);
  expect(Math.abs(actual.mean)).toBeLessThan(bound * 0.06);
  expect(actual.sd / (bound / Math.sqrt(3))).toBeCloseTo(1, 1);
}

describe('initial weights', () => {
  const build = (
    initialization?: Initialization,
    seed = 0,
  ): { encoder: tf.LayersModel; decoder: tf.LayersModel } => {
    const common = { image, latentSize: 16, ...(initialization ? { initialization } : {}) };
    return {
      encoder: imageEncoder({ ...common, rng: Rng.stream(seed, 'encoder') }),
      decoder: imageDecoder({ ...common, rng: Rng.stream(seed, 'decoder') }),
    };
  };

  it("have PyTorch's bounds by default", () => {
    const { encoder, decoder } = build();
    expectUniform(statistics(encoder, 'convolution2', 0), 1 / Math.sqrt(32 * 16));
    expectUniform(statistics(encoder, 'mean', 0), 1 / Math.sqrt(1024));
    // A transposed convolution of PyTorch takes its output channels for the fan-in.
    expectUniform(statistics(decoder, 'deconvolution2', 0), 1 / Math.sqrt(64 * 25));
    expectUniform(statistics(decoder, 'dense', 1), 1 / Math.sqrt(16));
    expect(statistics(encoder, 'convolution4', 1).max).toBeLessThanOrEqual(1 / Math.sqrt(128 * 16));
    expect(statistics(encoder, 'convolution4', 1).max).toBeGreaterThan(0);
    encoder.dispose();
    decoder.dispose();
  });

  it("have Glorot's bounds and zero biases where asked", () => {
    const { encoder, decoder } = build('glorot');
    expectUniform(statistics(encoder, 'convolution3', 0), Math.sqrt(6 / (16 * (64 + 128))));
    expectUniform(statistics(decoder, 'deconvolution3', 0), Math.sqrt(6 / (36 * (64 + 32))));
    for (const layer of ['convolution1', 'mean']) expect(statistics(encoder, layer, 1).max).toBe(0);
    encoder.dispose();
    decoder.dispose();
  });

  it('leave batch normalisation at scale 1, offset 0, mean 0 and variance 1', () => {
    const { encoder, decoder } = build();
    const values = encoder
      .getLayer('norm3')
      .getWeights()
      .map((weight) => [...new Set(weight.dataSync())]);
    expect(values).toEqual([[1], [0], [0], [1]]);
    encoder.dispose();
    decoder.dispose();
  });

  it('are the same for the same stream and others for another, and leave no tensors', () => {
    const make = (seed: number): Float32Array[] => {
      const model = predictor({ inputSize: 5, hidden: [4], outputSize: 3, rng: Rng.stream(seed, 'x') });
      const values = model.getWeights().map((weight) => weight.dataSync() as Float32Array);
      model.dispose();
      return values;
    };
    const before = tf.memory().numTensors;
    expect(make(0)).toEqual(make(0));
    expect(make(0)).not.toEqual(make(1));
    expect(tf.memory().numTensors).toBe(before);
  });
});
