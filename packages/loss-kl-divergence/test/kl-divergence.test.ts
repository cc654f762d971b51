import { ConfigurationError, Rng, ShapeError } from '@paretrain/core';
import { testManifest, testObjective } from '@paretrain/testing';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import * as exports from '../src/index.ts';

const { klDivergence } = exports;

testManifest(new URL('../package.json', import.meta.url), exports);
testObjective(klDivergence);
testObjective(klDivergence, { options: { reduction: 'sum' } });

const nothing = { prediction: tf.scalar(0), target: tf.scalar(0) };

describe('kl-divergence', () => {
  it('is zero for the unit Gaussian', () => {
    tf.tidy(() => {
      const latent = { mean: tf.zeros([3, 4]) as tf.Tensor2D, logVariance: tf.zeros([3, 4]) as tf.Tensor2D };
      for (const reduction of ['mean', 'sum'] as const) {
        expect(
          klDivergence
            .build({ reduction })
            .loss({ ...nothing, latent })
            .dataSync()[0],
        ).toBeCloseTo(0, 7);
      }
    });
  });

  it('is the mean over embedding values without 1/2, or the divergence itself', () => {
    tf.tidy(() => {
      const mean = [0.5, -1, 2, 0];
      const logVariance = [0, 1, -2, 0.5];
      const terms = mean.map((m, i) => 1 + logVariance[i]! - m * m - Math.exp(logVariance[i]!));
      const sum = terms.reduce((total, term) => total + term, 0);
      const latent = { mean: tf.tensor2d(mean, [2, 2]), logVariance: tf.tensor2d(logVariance, [2, 2]) };
      const loss = (reduction: 'mean' | 'sum'): number =>
        klDivergence
          .build({ reduction })
          .loss({ ...nothing, latent })
          .dataSync()[0]!;
      expect(loss('mean')).toBeCloseTo(-sum / 4, 5);
      expect(loss('sum')).toBeCloseTo(-0.5 * (sum / 2), 5);
    });
  });

  it('with reduction sum is the divergence: it agrees with E log p(z) - log q(z) by sampling', () => {
    const [mean, logVariance] = [0.7, -0.8];
    const deviation = Math.exp(logVariance / 2);
    const rng = Rng.stream(0, 'monte-carlo');
    const count = 200_000;
    let total = 0;
    for (let i = 0; i < count; i++) {
      const noise = rng.normal();
      const z = mean + deviation * noise;
      total += (-noise * noise) / 2 - Math.log(deviation) + (z * z) / 2;
    }
    const exact = tf.tidy(() => {
      const latent = { mean: tf.tensor2d([[mean]]), logVariance: tf.tensor2d([[logVariance]]) };
      return klDivergence
        .build({ reduction: 'sum' })
        .loss({ ...nothing, latent })
        .dataSync()[0]!;
    });
    expect(Math.abs(total / count - exact)).toBeLessThan(0.01);
  });

  it('refuses to work without a latent distribution, or with halves of different shapes', () => {
    tf.tidy(() => {
      const objective = klDivergence.build({ reduction: 'mean' });
      expect(() => objective.loss(nothing)).toThrow(ConfigurationError);
      expect(() => objective.loss(nothing)).toThrow(/received no latent distribution/);
      const latent = { mean: tf.zeros([2, 3]) as tf.Tensor2D, logVariance: tf.zeros([2, 4]) as tf.Tensor2D };
      expect(() => objective.loss({ ...nothing, latent })).toThrow(ShapeError);
    });
  });
});
