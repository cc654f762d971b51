import { ShapeError } from '@paretrain/core';
import { testManifest, testObjective } from '@paretrain/testing';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import * as exports from '../src/index.ts';

const { pixelWise } = exports;

testManifest(new URL('../package.json', import.meta.url), exports);
testObjective(pixelWise);
testObjective(pixelWise, { options: { reduction: 'sum' } });

/** Two images of 1x2 pixels with one channel: squared differences .01, .04, .09 and .16. */
const prediction = (): tf.Tensor => tf.tensor4d([0.1, 0.3, 0.5, 0.9], [2, 1, 2, 1]);
const target = (): tf.Tensor => tf.tensor4d([0.2, 0.5, 0.2, 0.5], [2, 1, 2, 1]);

describe('pixel-wise', () => {
  it.each([
    { reduction: 'mean', expected: 0.3 / 4 },
    { reduction: 'sum', expected: 0.3 / 2 },
  ] as const)('$reduction of the squared differences', ({ reduction, expected }) => {
    const objective = pixelWise.build({ reduction });
    const value = tf.tidy(
      () => objective.loss({ prediction: prediction(), target: target() }).dataSync()[0]!,
    );
    expect(value).toBeCloseTo(expected, 6);
  });

  it.each([
    [
      [2, 4, 4, 3],
      [2, 4, 4, 1],
    ],
    [
      [2, 4, 4, 3],
      [3, 4, 4, 3],
    ],
    [
      [2, 48],
      [2, 48],
    ],
  ])('refuses %j for %j', (received, wanted) => {
    tf.tidy(() => {
      const loss = (): unknown =>
        pixelWise
          .build({ reduction: 'mean' })
          .loss({ prediction: tf.zeros(received), target: tf.zeros(wanted) });
      expect(loss).toThrow(ShapeError);
      expect(loss).toThrow(/objective 'pixel-wise': decoded images: received shape/);
    });
  });
});
