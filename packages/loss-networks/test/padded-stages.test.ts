import { configureWasm } from '@paretrain/backend-wasm';
import { Rng } from '@paretrain/core';
import { expectAllclose, expectNoLeaks, sampleImages } from '@paretrain/testing';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { alexnetArchitecture } from '../src/alexnet.ts';
import { caffenetArchitecture } from '../src/caffenet.ts';
import { squeezenetArchitecture } from '../src/squeezenet1_1.ts';
import { PaddedStages } from '../src/stages/padded-stages.ts';
import { pointwise } from '../src/stages/pointwise.ts';
import { buildStages, disposeStages, runStages } from '../src/stages/stage-network.ts';
import type { StagePlan } from '../src/stages/weight-reader.ts';
import { outputsThatSee } from '../src/stages/window.ts';
import { vgg19Architecture } from '../src/vgg19.ts';
import { seededWeights } from './staged-data.ts';

beforeAll(async () => {
  // Winograd's tiles lie elsewhere on a part of a map than on the whole, and round accordingly.
  configureWasm({ convolution: 'direct' });
  await tf.setBackend('wasm');
  await tf.ready();
});

const normalised = (architecture: typeof alexnetArchitecture, upTo: string): readonly StagePlan[] => [
  pointwise('normalised', 3, architecture.normalise),
  ...architecture.stages.slice(0, architecture.stages.findIndex(({ name }) => name === upTo) + 1),
];

describe('PaddedStages', () => {
  it.each([
    ["AlexNet's second ReLU, as in the papers", alexnetArchitecture.stages.slice(0, 3), 224, [64, 64]],
    ["AlexNet's second ReLU, normalised", normalised(alexnetArchitecture, 'relu2'), 224, [64, 64]],
    ['all of AlexNet, an odd oblong image', normalised(alexnetArchitecture, 'relu5'), 127, [31, 50]],
    [
      'an image that fills the padded one in one direction',
      normalised(alexnetArchitecture, 'relu3'),
      96,
      [96, 31],
    ],
    ['an image that fills it', normalised(alexnetArchitecture, 'relu2'), 64, [64, 64]],
    ['a single pixel', normalised(alexnetArchitecture, 'relu2'), 100, [1, 1]],
    ['CaffeNet: groups, rounded pooling', normalised(caffenetArchitecture, 'relu2'), 140, [40, 41]],
    ['SqueezeNet', normalised(squeezenetArchitecture, 'fire5'), 150, [32, 20]],
    ['VGG-19: mirrored edges', normalised(vgg19Architecture, 'relu3_1'), 48, [20, 44]],
  ] as const)(
    'equals the whole computation, and its gradient: %s',
    async (_, plans, side, [height, width]) => {
      await expectNoLeaks(async () => {
        const stages = await buildStages(plans, seededWeights);
        const padded = new PaddedStages(stages, side, 3);
        const [top, left] = [Math.floor((side - height) / 2), Math.floor((side - width) / 2)];
        const whole = (x: tf.Tensor4D): tf.Tensor4D =>
          tf.tidy(() => {
            const paddings: [number, number][] = [
              [0, 0],
              [top, side - height - top],
              [left, side - width - left],
              [0, 0],
            ];
            return runStages(stages, tf.pad(x, paddings)).at(-1)!;
          });
        tf.tidy(() => {
          const images = sampleImages(2, { height, width, channels: 3 }, Rng.stream(0, 'images'));
          const [expected, received] = [whole(images), padded.run(images)];
          expect(received.shape).toEqual(expected.shape);
          expectAllclose(received.dataSync(), expected.dataSync(), 1e-6);
          const largest = tf.max(tf.abs(expected)).dataSync()[0]!;
          const worst = tf.max(tf.abs(tf.sub(received, expected))).dataSync()[0]!;
          expect(largest).toBeGreaterThan(0);
          expect(worst / largest, 'the worst of all activations').toBeLessThan(1e-5);

          const factors = tf.tensor(Rng.stream(0, 'factors').normalArray(expected.size), expected.shape);
          const gradient = (f: (x: tf.Tensor4D) => tf.Tensor4D): tf.Tensor =>
            tf.grad((x) => tf.sum(tf.mul(f(x as tf.Tensor4D), factors)))(images);
          // Sums are rounded otherwise over a part of a map: a ReLU whose input is zero within rounding may be on in one
          // computation and off in the other. These images have none; on the cpu backend the sums are the same.
          const slope = gradient(whole);
          expect(tf.max(tf.abs(slope)).dataSync()[0]).toBeGreaterThan(0);
          expectAllclose(gradient((x) => padded.run(x)).dataSync(), slope.dataSync(), 1e-5);
        });
        padded.dispose();
        disposeStages(stages);
      });
    },
  );

  it('computes 15 of 27 positions a side behind the second convolution of AlexNet', () => {
    let span = { begin: 80, end: 144 };
    let length = 224;
    for (const window of [
      { size: 11, stride: 4, padding: 2 },
      { size: 3, stride: 2, padding: 0 },
      { size: 5, stride: 1, padding: 2 },
    ]) {
      span = outputsThatSee(window, span, length);
      length = Math.floor((length + 2 * window.padding - window.size) / window.stride) + 1;
    }
    expect([span.end - span.begin, length]).toEqual([15, 27]);
  });
});
