import { ShapeError } from '@paretrain/core';
import { testManifest, testObjective } from '@paretrain/testing';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import * as exports from '../src/index.ts';

const { featurePrediction } = exports;

testManifest(new URL('../package.json', import.meta.url), exports);
testObjective(featurePrediction);
testObjective(featurePrediction, { options: { reduction: 'sum' } });

describe('feature-prediction', () => {
  it.each([
    { reduction: 'mean', expected: (1 + 4 + 9 + 16 + 25 + 36) / 6 },
    { reduction: 'sum', expected: (1 + 4 + 9 + 16 + 25 + 36) / 2 },
  ] as const)('$reduction of the squared differences', ({ reduction, expected }) => {
    tf.tidy(() => {
      const prediction = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
      const loss = featurePrediction.build({ reduction }).loss({ prediction, target: tf.zeros([2, 3]) });
      expect(loss.dataSync()[0]).toBeCloseTo(expected, 5);
    });
  });

  it('needs no loss network: targets may come from a cache', () => {
    tf.tidy(() => {
      const objective = featurePrediction.build({ reduction: 'mean' });
      expect(objective.loss({ prediction: tf.ones([1, 2]), target: tf.zeros([1, 2]) }).dataSync()[0]).toBe(1);
    });
  });

  it.each([
    [
      [2, 3],
      [2, 4],
    ],
    [
      [2, 3],
      [1, 3],
    ],
    [
      [2, 1, 1, 3],
      [2, 1, 1, 3],
    ],
  ])('refuses %j for %j', (received, wanted) => {
    tf.tidy(() => {
      const objective = featurePrediction.build({ reduction: 'mean' });
      const loss = (): unknown =>
        objective.loss({ prediction: tf.zeros(received), target: tf.zeros(wanted) });
      expect(loss).toThrow(ShapeError);
      expect(loss).toThrow(/objective 'feature-prediction': predicted features: received shape/);
    });
  });
});
