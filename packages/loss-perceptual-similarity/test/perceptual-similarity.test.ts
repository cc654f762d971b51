import { ConfigurationError, Rng, ShapeError } from '@paretrain/core';
import { sampleImages, sampleLossNetwork, testManifest, testObjective } from '@paretrain/testing';
import * as tf from '@tensorflow/tfjs';
import { afterAll, describe, expect, it } from 'vitest';
import * as exports from '../src/index.ts';

const { perceptualSimilarity } = exports;

testManifest(new URL('../package.json', import.meta.url), exports);
testObjective(perceptualSimilarity);
testObjective(perceptualSimilarity, { options: { reduction: 'sum' } });

describe('perceptual-similarity', () => {
  const lossNetwork = sampleLossNetwork();
  const image = { height: 8, width: 8, channels: 3 };
  afterAll(() => lossNetwork.dispose());

  it.each(['mean', 'sum'] as const)('%s of the squared differences of features', (reduction) => {
    tf.tidy(() => {
      const prediction = sampleImages(2, image, Rng.stream(0, 'prediction'));
      const target = lossNetwork.features(sampleImages(2, image, Rng.stream(0, 'target')));
      const features = lossNetwork.features(prediction).dataSync<'float32'>();
      const wanted = target.dataSync<'float32'>();
      const sum = features.reduce((total, value, i) => total + (value - wanted[i]!) ** 2, 0);
      const expected = reduction === 'mean' ? sum / features.length : sum / 2;
      const loss = perceptualSimilarity.build({ reduction }).loss({ prediction, target, lossNetwork });
      expect(loss.dataSync()[0]! / expected).toBeCloseTo(1, 5);
    });
  });

  it('is zero for the target image itself', () => {
    tf.tidy(() => {
      const prediction = sampleImages(2, image, Rng.stream(0, 'prediction'));
      const target = lossNetwork.features(prediction);
      const loss = perceptualSimilarity
        .build({ reduction: 'mean' })
        .loss({ prediction, target, lossNetwork });
      expect(loss.dataSync()[0]).toBe(0);
    });
  });

  it('refuses to work without a loss network, with features for images, or with features of other images', () => {
    tf.tidy(() => {
      const objective = perceptualSimilarity.build({ reduction: 'mean' });
      const prediction = sampleImages(2, image, Rng.stream(0, 'prediction'));
      const target = lossNetwork.features(prediction);
      expect(() => objective.loss({ prediction, target })).toThrow(ConfigurationError);
      expect(() => objective.loss({ prediction, target })).toThrow(/received no loss network/);
      expect(() => objective.loss({ prediction: target, target, lossNetwork })).toThrow(ShapeError);
      const other = target.slice([0, 1]);
      expect(() => objective.loss({ prediction, target: other, lossNetwork })).toThrow(ShapeError);
      expect(() => objective.loss({ prediction, target: other, lossNetwork })).toThrow(/target features/);
    });
  });
});
