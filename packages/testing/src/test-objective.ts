import {
  Rng,
  parseOptions,
  type ImageShape,
  type LatentDistribution,
  type LossNetwork,
  type Objective,
  type ObjectiveInputs,
  type Prediction,
} from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { afterAll, describe, expect, it } from 'vitest';
import { expectGradient, type GradientCheck } from './gradients.ts';
import { expectNoLeaks } from './leaks.ts';
import { registerIf, testPlugin } from './plugin.ts';
import { sampleImages } from './sample-data.ts';
import { sampleLossNetwork } from './sample-models.ts';

export interface ObjectiveTest {
  readonly options?: unknown;
  readonly image?: ImageShape;
  readonly lossNetwork?: LossNetwork;
  readonly gradient?: GradientCheck;
}

/** Registers the conformance tests of an objective. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- an objective of any options
export function testObjective(objective: Objective<any>, test: ObjectiveTest = {}): void {
  const image = test.image ?? { height: 16, width: 16, channels: 3 };
  const lossNetwork = test.lossNetwork ?? sampleLossNetwork();
  const built = objective.build(parseOptions(objective, test.options));

  const sample = (kind: Prediction | 'nothing', batch: number, rng: Rng): tf.Tensor =>
    kind === 'features'
      ? tf.tensor2d(rng.uniformArray(batch * lossNetwork.featureCount(image), 0.5, 1), [
          batch,
          lossNetwork.featureCount(image),
        ])
      : sampleImages(batch, image, rng);
  const inputs = (batch: number, seed = 0): ObjectiveInputs & { latent: LatentDistribution } => {
    const rng = Rng.stream(seed, 'objective');
    return {
      prediction: sample(objective.predicts, batch, rng),
      target: sample(objective.compares, batch, rng),
      latent: {
        mean: tf.tensor2d(rng.normalArray(batch * 6), [batch, 6]),
        logVariance: tf.tensor2d(rng.normalArray(batch * 6, 0, 0.5), [batch, 6]),
      },
      lossNetwork,
    };
  };
  const lossOf = (given: ObjectiveInputs): number => tf.tidy(() => built.loss(given).dataSync()[0]!);

  describe(`objective ${objective.name}`, () => {
    afterAll(() => {
      if (!test.lossNetwork) lossNetwork.dispose();
    });

    testPlugin(objective, 'objective');

    it('gives one finite number, for batches of one image too, and leaves no tensors', async () => {
      await expectNoLeaks(() =>
        tf.tidy(() => {
          for (const batch of [1, 5]) {
            const loss = built.loss(inputs(batch));
            expect(loss.shape).toEqual([]);
            expect(Number.isFinite(loss.dataSync()[0])).toBe(true);
          }
        }),
      );
    });

    it('depends on its inputs alone', () => {
      tf.tidy(() => {
        expect(lossOf(inputs(3))).toBe(lossOf(inputs(3)));
        expect(lossOf(inputs(3))).not.toBe(lossOf(inputs(3, 1)));
      });
    });

    it('is a mean over the batch: a batch twice as long of the same images has the same loss', () => {
      tf.tidy(() => {
        const once = inputs(3);
        const twice = {
          prediction: tf.concat([once.prediction, once.prediction]),
          target: tf.concat([once.target, once.target]),
          latent: {
            mean: tf.concat([once.latent.mean, once.latent.mean]),
            logVariance: tf.concat([once.latent.logVariance, once.latent.logVariance]),
          },
          lossNetwork,
        };
        const loss = lossOf(once);
        expect(Math.abs(lossOf(twice) - loss) / Math.abs(loss)).toBeLessThan(1e-4);
      });
    });

    registerIf(
      objective.predicts !== 'nothing',
      'has the gradient of central differences in the prediction',
      () => {
        tf.tidy(() => {
          const given = inputs(2);
          expectGradient(
            (prediction) => built.loss({ ...given, prediction }),
            given.prediction,
            Rng.stream(0, 'directions'),
            test.gradient,
          );
        });
      },
    );

    registerIf(
      objective.predicts === 'nothing',
      'has the gradient of central differences in the embedding',
      () => {
        tf.tidy(() => {
          const given = inputs(2);
          for (const part of ['mean', 'logVariance'] as const) {
            expectGradient(
              (x) => built.loss({ ...given, latent: { ...given.latent, [part]: x } }),
              given.latent[part],
              Rng.stream(0, 'directions', part),
              test.gradient,
            );
          }
        });
      },
    );
  });
}
