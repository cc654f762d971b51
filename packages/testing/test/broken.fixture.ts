// Plugins that are each wrong in one way; conformance.test.ts runs this file and expects the named tests to fail.
import {
  defineAugmentation,
  defineDataset,
  defineEvaluator,
  defineObjective,
  defineTransform,
  Rng,
  type PreparedDataset,
} from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { beforeAll } from 'vitest';
import { z } from 'zod';
import {
  sampleDescription,
  sampleSource,
  testAugmentation,
  testDataset,
  testEvaluator,
  testObjective,
  testTransform,
} from '../src/index.ts';

beforeAll(() => tf.setBackend('cpu'));

const common = { version: '1.0.0', description: 'Wrong in one way, on purpose', options: z.strictObject({}) };
const image = { predicts: 'image', compares: 'image' } as const;
const squared = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.squaredDifference(a, b);

testObjective(
  defineObjective({
    ...common,
    ...image,
    name: 'sum-not-mean',
    build: () => ({ loss: ({ prediction, target }) => tf.sum(squared(prediction, target)).asScalar() }),
  }),
);
testObjective(
  defineObjective({
    ...common,
    ...image,
    name: 'wrong-gradient',
    build: () => ({
      loss: ({ prediction, target }) => {
        const loss = tf.customGrad((x) => ({
          value: tf.mean(squared(x as tf.Tensor, target)),
          gradFunc: (dy: tf.Tensor) => tf.mul(dy, tf.sub(x as tf.Tensor, target)),
        }));
        return loss(prediction).asScalar();
      },
    }),
  }),
);
testObjective(
  defineObjective({
    ...common,
    ...image,
    name: 'loose-options',
    options: z.object({}) as unknown as typeof common.options,
    build: () => ({ loss: ({ prediction, target }) => tf.mean(squared(prediction, target)).asScalar() }),
  }),
);
testAugmentation(
  defineAugmentation({
    ...common,
    name: 'half-written',
    build: () => ({ apply: (input, output) => output.set(input.subarray(0, input.length >> 1)) }),
  }),
  { random: false },
);
testAugmentation(
  defineAugmentation({
    ...common,
    name: 'own-randomness',
    build: () => {
      const own = Rng.stream(0, 'own');
      return {
        apply: (input, output) => {
          const shift = own.integer(256);
          input.forEach((byte, i) => (output[i] = byte + shift));
        },
      };
    },
  }),
);
testTransform(
  defineTransform({
    ...common,
    name: 'remembers',
    build: () => {
      let last = 0;
      return {
        shape: (shape) => ({ ...shape, height: shape.height / 2 }),
        apply(input, output) {
          output.fill(last);
          last = input[0]!;
        },
      };
    },
  }),
  { shapes: [{ height: 5, width: 4, channels: 2 }] },
);
testEvaluator(
  defineEvaluator({
    ...common,
    name: 'leaky',
    metrics: { accuracy: { unit: '1', higherIsBetter: true } },
    applies: (method) => method.encode !== undefined,
    evaluate: async () => {
      tf.zeros([1]);
      return { metrics: { accuracy: NaN, unknown: 1 } };
    },
  }),
  { targets: ['class'] },
);
const description = sampleDescription('class', { height: 8, width: 8, channels: 3 });
let prepared = 0;
testDataset(
  defineDataset({
    ...common,
    name: 'unrepeatable',
    licence: 'none',
    citation: 'none',
    describe: () => description,
    prepare: async (): Promise<PreparedDataset> => ({
      description,
      checksum: String(prepared++).padStart(64, '0'),
      counts: { pretrain: 5, train: 5, test: 5 },
      open: async () => {
        const source = sampleSource(description, 5);
        return {
          ...source,
          read: (indices) => source.read(Array.from(indices, (at) => Math.abs(Math.trunc(at)) % 5)),
        };
      },
    }),
  }),
);
