import { Rng } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  featureDecoder,
  featureEncoder,
  imageDecoder,
  imageEncoder,
  trainableParameters,
} from '../src/index.ts';

/** The loss network's features at 64x64 and 96x96: 192 channels of 7x7 and of 11x11. */
const FEATURES = { 64: 9408, 96: 23_232 } as const;

/** Counts of the reference code's networks: batch normalisation, both heads, z 64, the frozen loss network left out. */
const COUNTS = [
  { size: 64, imageToImage: 4_448_323, imageToFeatures: 20_232_416, featureDecoder: 19_410_112 },
  { size: 96, imageToImage: 5_374_019, imageToFeatures: 48_951_008, featureDecoder: 47_735_488 },
] as const;
const FEATURES_TO_FEATURES = { 64: 38_942_016, 96: 95_578_944 } as const;
const FEATURES_TO_IMAGE = { 64: 23_157_923, 96: 52_001_955 } as const;

describe('numbers of trainable parameters', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });

  it.each(COUNTS)('equal the published networks at $size pixels', (counts) => {
    const { size } = counts;
    // Weights that nothing reads need no random numbers; the count does not depend on them.
    const rng = { nextUint32: () => 0 } as unknown as Rng;
    const image = { height: size, width: size, channels: 3 };
    const count = (build: () => tf.LayersModel): number => {
      const model = build();
      const parameters = trainableParameters(model);
      model.dispose();
      return parameters;
    };
    const shared = { latentSize: 64, rng };
    const encoders = {
      image: count(() => imageEncoder({ image, ...shared })),
      features: count(() => featureEncoder({ featureCount: FEATURES[size], ...shared })),
    };
    const decoders = {
      image: count(() => imageDecoder({ image, ...shared })),
      features: count(() => featureDecoder({ featureCount: FEATURES[size], ...shared })),
    };
    expect(decoders.features).toBe(counts.featureDecoder);
    expect(encoders.image + decoders.image).toBe(counts.imageToImage);
    expect(encoders.image + decoders.features).toBe(counts.imageToFeatures);
    expect(encoders.features + decoders.features).toBe(FEATURES_TO_FEATURES[size]);
    expect(encoders.features + decoders.image).toBe(FEATURES_TO_IMAGE[size]);
  });

  it('are those that tfjs calls trainable; moving statistics come on top in countParams()', () => {
    const model = imageEncoder({
      image: { height: 64, width: 64, channels: 3 },
      latentSize: 2,
      rng: Rng.stream(0, 'count'),
    });
    const moving = 2 * (32 + 64 + 128 + 256);
    expect(model.countParams()).toBe(trainableParameters(model) + moving);
    model.dispose();
  });
});
