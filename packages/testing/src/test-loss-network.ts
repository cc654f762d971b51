import {
  Rng,
  parseOptions,
  type ImageShape,
  type LossNetwork,
  type LossNetworkContext,
  type LossNetworkPlugin,
} from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectGradient, type GradientCheck } from './gradients.ts';
import { expectNoLeaks } from './leaks.ts';
import { testPlugin } from './plugin.ts';
import { sampleImages } from './sample-data.ts';

export interface LossNetworkTest {
  readonly options?: unknown;
  readonly dataDirectory?: string;
  readonly cacheDirectory?: string;
  readonly images?: readonly ImageShape[];
  readonly gradient?: GradientCheck;
}

/** Registers the conformance tests of a loss network. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a loss network of any options
export function testLossNetwork(plugin: LossNetworkPlugin<any>, test: LossNetworkTest = {}): void {
  const shapes = test.images ?? [
    { height: 64, width: 64, channels: 3 },
    { height: 96, width: 96, channels: 3 },
  ];
  const context: LossNetworkContext = {
    options: parseOptions(plugin, test.options),
    ...(test.dataDirectory !== undefined && { dataDirectory: test.dataDirectory }),
    ...(test.cacheDirectory !== undefined && { cacheDirectory: test.cacheDirectory }),
  };

  describe(`loss network ${plugin.name}`, () => {
    let network: LossNetwork;
    beforeAll(async () => {
      await tf.ready();
      network = await plugin.load(context);
    });
    afterAll(() => network.dispose());

    testPlugin(plugin, 'loss-network');

    it('has a card, a name and a checksum', () => {
      expect(plugin.card.architecture.length).toBeGreaterThan(0);
      expect(plugin.card.licence.length).toBeGreaterThan(0);
      for (const training of plugin.card.trainedOn) {
        expect(training.dataset.length).toBeGreaterThan(0);
        expect(typeof training.labels).toBe('boolean');
      }
      expect(network.name.length).toBeGreaterThan(0);
      expect(network.weightsChecksum).toMatch(/^[0-9a-f]{64}$/);
    });

    it.each(shapes)('is its plain layers, where it has them, for $height x $width images', (shape) => {
      const { layers } = network;
      if (!layers) return;
      tf.tidy(() => {
        const images = sampleImages(2, shape, Rng.stream(0, 'images'));
        const maps = layers.apply(images, { training: false }) as tf.Tensor4D;
        expect(tf.reshape(maps, [2, -1]).arraySync()).toEqual(network.features(images).arraySync());
      });
    });

    it.each(shapes)('gives as many finite features as it says for $height x $width images', async (shape) => {
      await expectNoLeaks(() =>
        tf.tidy(() => {
          const features = network.features(sampleImages(3, shape, Rng.stream(0, 'images')));
          expect(features.shape).toEqual([3, network.featureCount(shape)]);
          expect(features.dataSync().every(Number.isFinite)).toBe(true);
        }),
      );
    });

    it('is the same when loaded again, and releases what it holds', async () => {
      await expectNoLeaks(async () => {
        const again = await plugin.load(context);
        expect(again.weightsChecksum).toBe(network.weightsChecksum);
        tf.tidy(() => {
          const images = sampleImages(2, shapes[0]!, Rng.stream(0, 'images'));
          expect(again.features(images).dataSync()).toEqual(network.features(images).dataSync());
        });
        again.dispose();
      });
    });

    it('is differentiable in the images', () => {
      tf.tidy(() => {
        const images = sampleImages(1, shapes[0]!, Rng.stream(0, 'images'));
        const weights = tf.tensor2d(Rng.stream(0, 'weights').normalArray(network.featureCount(shapes[0]!)), [
          1,
          network.featureCount(shapes[0]!),
        ]);
        expectGradient(
          (x) => tf.sum(tf.mul(network.features(x as tf.Tensor4D), weights)).asScalar(),
          images,
          Rng.stream(0, 'directions'),
          test.gradient,
        );
      });
    });

    it('has no weights that an optimiser would change', () => {
      tf.tidy(() => {
        const images = sampleImages(1, shapes[0]!, Rng.stream(0, 'images'));
        const probe = tf.variable(tf.scalar(1), true, `probe-of-${plugin.name}`);
        const { grads } = tf.variableGrads(() => tf.mean(network.features(tf.mul(images, probe))).asScalar());
        expect(Object.keys(grads)).toEqual([probe.name]);
        probe.dispose();
      });
    });
  });
}
