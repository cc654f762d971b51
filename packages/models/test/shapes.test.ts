import { ConfigurationError, Rng, type ImageShape } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { featureDecoder, featureEncoder, imageDecoder, imageEncoder, predictor } from '../src/index.ts';

const rng = Rng.stream(0, 'shapes');
const square = (size: number, channels = 3): ImageShape => ({ height: size, width: size, channels });

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe.each([64, 80, 96, 112])('image networks of %i pixels', (size) => {
  it.each([1, 3])('turn %i channels into an embedding and back', (channels) => {
    const encoder = imageEncoder({ image: square(size, channels), latentSize: 7, rng });
    const decoder = imageDecoder({ image: square(size, channels), latentSize: 7, rng });
    expect(encoder.inputs[0]!.shape).toEqual([null, size, size, channels]);
    expect(encoder.outputs.map((output) => output.shape)).toEqual([
      [null, 7],
      [null, 7],
    ]);
    expect(decoder.inputs[0]!.shape).toEqual([null, 7]);
    expect(decoder.outputs[0]!.shape).toEqual([null, size, size, channels]);
    encoder.dispose();
    decoder.dispose();
  });
});

describe('sizes in between', () => {
  it('are those of the published networks', () => {
    const sides = (model: tf.LayersModel, type: string): unknown[] =>
      model.layers
        .filter((layer) => layer.getClassName() === type)
        .map((layer) => (layer.outputShape as number[])[1]);
    const decoder64 = imageDecoder({ image: square(64), latentSize: 2, rng });
    const decoder96 = imageDecoder({ image: square(96), latentSize: 2, rng });
    const encoder96 = imageEncoder({ image: square(96), latentSize: 2, rng });
    expect(sides(decoder64, 'Conv2DTranspose')).toEqual([5, 13, 30, 64]);
    expect(sides(decoder96, 'Conv2DTranspose')).toEqual([9, 21, 46, 96]);
    expect(encoder96.getLayer('flatten').outputShape).toEqual([null, 4096]);
    for (const model of [decoder64, decoder96, encoder96]) model.dispose();
  });

  it('of feature networks: half the features, at most 2,048', () => {
    const small = featureEncoder({ featureCount: 10, latentSize: 2, rng });
    const large = featureDecoder({ featureCount: 5000, latentSize: 2, rng });
    const one = featureDecoder({ featureCount: 1, latentSize: 2, rng });
    const hidden = (model: tf.LayersModel): unknown => model.getLayer('hidden').outputShape;
    expect([hidden(small), hidden(large), hidden(one)]).toEqual([
      [null, 5],
      [null, 2048],
      [null, 1],
    ]);
    for (const model of [small, large, one]) model.dispose();
  });
});

describe('bad input', () => {
  it.each([32, 60, 65, 72, 48, 0, -64, 64.5, NaN])('image size %d', (size) => {
    for (const build of [imageEncoder, imageDecoder]) {
      const call = (): unknown => build({ image: square(size), latentSize: 8, rng });
      expect(call).toThrow(ConfigurationError);
      expect(call).toThrow(/received .*valid: square images of 64 \+ 16 n pixels/);
    }
  });

  it('an image that is not square', () => {
    for (const build of [imageEncoder, imageDecoder]) {
      expect(() => build({ image: { height: 64, width: 80, channels: 3 }, latentSize: 8, rng })).toThrow(
        /received 64x80x3/,
      );
    }
  });

  it.each([0, -1, 1.5, NaN])('%d channels', (channels) => {
    for (const build of [imageEncoder, imageDecoder]) {
      expect(() => build({ image: square(64, channels), latentSize: 8, rng })).toThrow(
        /image channels: received/,
      );
    }
  });

  it.each([0, -3, 2.5, NaN, Infinity])('latent size %d', (latentSize) => {
    const calls = [
      () => imageEncoder({ image: square(64), latentSize, rng }),
      () => imageDecoder({ image: square(64), latentSize, rng }),
      () => featureEncoder({ featureCount: 4, latentSize, rng }),
      () => featureDecoder({ featureCount: 4, latentSize, rng }),
    ];
    for (const call of calls) {
      expect(call).toThrow(ConfigurationError);
      expect(call).toThrow(/latent size: received .*valid: an integer from 1/);
    }
  });

  it('sizes below 1 of feature networks and predictors', () => {
    expect(() => featureEncoder({ featureCount: 0, latentSize: 4, rng })).toThrow(
      /feature count: received 0/,
    );
    expect(() => featureDecoder({ featureCount: -1, latentSize: 4, rng })).toThrow(
      /feature count: received -1/,
    );
    expect(() => predictor({ inputSize: 0, hidden: [], outputSize: 2, rng })).toThrow(
      /input size: received 0/,
    );
    expect(() => predictor({ inputSize: 2, hidden: [4, 0], outputSize: 2, rng })).toThrow(
      /units of hidden layer 2: received 0/,
    );
    expect(() => predictor({ inputSize: 2, hidden: [], outputSize: 0.5, rng })).toThrow(
      /output size: received 0.5/,
    );
  });

  it('images of another shape than the network was built for', () => {
    const encoder = imageEncoder({ image: square(64), latentSize: 2, rng });
    tf.tidy(() => {
      expect(() => encoder.apply(tf.zeros([1, 80, 80, 3]))).toThrow(/shape/);
      expect(() => encoder.apply(tf.zeros([64, 64, 3]))).toThrow(/ndim/);
    });
    encoder.dispose();
  });
});
