import '@paretrain/backend-wasm';
import {
  ConfigurationError,
  DataError,
  Rng,
  RngStreams,
  ShapeError,
  createStepper,
  parseOptions,
  type BuiltAugmentation,
  type BuiltMethod,
  type DatasetDescription,
  type TrainingBatch,
} from '@paretrain/core';
import {
  memorySource,
  sampleAugmentation,
  sampleDescription,
  sampleImages,
  sampleSource,
  testManifest,
  testMethod,
} from '@paretrain/testing';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import * as exports from '../src/index.ts';

const { predictMean, simpleCnn, supervisedCnn } = exports;
const latentSize = 8;

beforeAll(async () => {
  await tf.setBackend('wasm');
  await tf.ready();
});

testManifest(new URL('../package.json', import.meta.url), exports);
testMethod(supervisedCnn, { targets: ['class'] });
testMethod(simpleCnn);
testMethod(predictMean);

function buildCnn(dataset: DatasetDescription, options: unknown = {}): BuiltMethod {
  const streams = new RngStreams(0);
  return simpleCnn.build({ options: parseOptions(simpleCnn, options), dataset, latentSize, streams });
}

async function batchOf(dataset: DatasetDescription, count: number): Promise<TrainingBatch> {
  const { height, width, channels } = dataset.image;
  const source = sampleSource(dataset, count);
  const read = await source.read(Array.from({ length: count }, (_, i) => i));
  const images = tf.tensor4d(
    Float32Array.from(read.images, (byte) => byte / 255),
    [count, height, width, channels],
  );
  const targets = tf.tensor2d(read.targets, [count, source.targetSize]);
  return { images, augmented: images, targets, constants: {}, rng: Rng.stream(0, 'noise'), training: true };
}

describe('simple-cnn', () => {
  it.each(['class', 'position'] as const)(
    'learns %s targets and predicts them in their unit',
    async (kind) => {
      const dataset = sampleDescription(kind);
      const built = buildCnn(dataset);
      const batch = await batchOf(dataset, 12);
      const stepper = createStepper(built);
      // Batch normalisation's moving statistics need some steps to arrive.
      for (let i = 0; i < 40; i++) await stepper.step(batch);
      const predictions = built.predict!(batch.images);
      const values = predictions.dataSync<'float32'>();
      const targets = batch.targets.dataSync<'float32'>();
      if (kind === 'class') {
        const right = tf
          .tidy(() => tf.argMax(predictions, 1).dataSync())
          .filter((label, i) => label === targets[i]);
        expect(right.length).toBeGreaterThanOrEqual(11);
      } else {
        const meanDistance = (at: (i: number) => number): number => {
          let sum = 0;
          for (let i = 0; i < 24; i += 2) sum += Math.hypot(at(i) - targets[i]!, at(i + 1) - targets[i + 1]!);
          return sum / 12;
        };
        const mean = [0, 1].map(
          (axis) => targets.filter((_, i) => i % 2 === axis).reduce((a, b) => a + b) / 12,
        );
        expect(meanDistance((i) => values[i]!)).toBeLessThan(meanDistance((i) => mean[i % 2]!) / 2);
      }
      stepper.dispose();
      tf.dispose([predictions, batch.images, batch.targets]);
      built.dispose();
    },
  );

  it('has the loss of its predictor: mean squared error on one-hot rows or scaled positions', async () => {
    for (const kind of ['class', 'position'] as const) {
      const dataset = sampleDescription(kind);
      const built = buildCnn(dataset);
      const batch = { ...(await batchOf(dataset, 4)), training: false };
      tf.tidy(() => {
        const outputs = (
          built.networks['predictor']!.predict(built.encode!(batch.images)) as tf.Tensor
        ).dataSync<'float32'>();
        const targets = batch.targets.dataSync<'float32'>();
        const wanted =
          kind === 'class'
            ? Array.from(targets).flatMap((label) => [0, 1, 2].map((index) => Number(index === label)))
            : Array.from(targets, (value) => (value - 32) / 32);
        const expected =
          outputs.reduce((sum, value, i) => sum + (value - wanted[i]!) ** 2, 0) / outputs.length;
        expect(built.updates[0]!.loss(batch).dataSync()[0]! / expected).toBeCloseTo(1, 4);
      });
      tf.dispose([batch.images, batch.targets]);
      built.dispose();
    }
  });

  it('takes the hidden layers it is told', () => {
    const built = buildCnn(sampleDescription('class'), { hidden: [] });
    expect(built.networks['predictor']!.countParams()).toBe(latentSize * 3 + 3);
    built.dispose();
  });

  it.each([
    [{ hidden: [0] }, /option 'hidden.0': received 0/],
    [{ hidden: 64 }, /option 'hidden': received 64/],
    [{ optimizer: { name: 'lbfgs' } }, /optimizer/],
  ])('refuses %j', (options, message) => {
    expect(() => parseOptions(simpleCnn, options)).toThrow(ConfigurationError);
    expect(() => parseOptions(simpleCnn, options)).toThrow(message);
  });

  it('refuses targets and images of another shape than the data set has', () => {
    const dataset = sampleDescription('position');
    const built = buildCnn(dataset);
    tf.tidy(() => {
      const images = sampleImages(2, dataset.image, Rng.stream(0, 'images'));
      const batch = { images, augmented: images, constants: {}, rng: Rng.stream(0, 'x'), training: true };
      const wrong = (): unknown => built.updates[0]!.loss({ ...batch, targets: tf.zeros([2, 3]) });
      expect(wrong).toThrow(ShapeError);
      expect(wrong).toThrow(/method 'simple-cnn': targets: received shape \[2, 3\], expected \[batch, 2\]/);
      expect(() => built.encode!(tf.zeros([2, 96, 96, 3]))).toThrow(/method 'simple-cnn': images/);
    });
    built.dispose();
  });
});

describe('supervised-cnn', () => {
  const dataset = sampleDescription('class');
  const build = (options: unknown = {}, augmentation?: BuiltAugmentation): BuiltMethod =>
    supervisedCnn.build({
      options: parseOptions(supervisedCnn, options),
      dataset,
      latentSize,
      streams: new RngStreams(0),
      ...(augmentation ? { augmentation } : {}),
    });

  it('has the cross-entropy of the augmented images, or of the originals without `augment`', async () => {
    const batch = { ...(await batchOf(dataset, 4)), training: false };
    const augmented = sampleImages(4, dataset.image, Rng.stream(0, 'augmented'));
    const labels = batch.targets.dataSync<'float32'>();
    for (const augment of [true, false]) {
      const built = build({ augment }, augment ? sampleAugmentation : undefined);
      const seen = augment ? augmented : batch.images;
      const logits = tf.tidy(() => Array.from(built.predict!(seen).dataSync()));
      const losses = Array.from(labels, (label, i) => {
        const row = logits.slice(3 * i, 3 * i + 3);
        return Math.log(row.reduce((sum, value) => sum + Math.exp(value), 0)) - row[label]!;
      });
      const expected = losses.reduce((a, b) => a + b) / losses.length;
      const loss = tf.tidy(() => built.updates[0]!.loss({ ...batch, augmented }).dataSync()[0]!);
      expect(loss / expected).toBeCloseTo(1, 4);
      expect(built.augmentation).toBe(augment ? sampleAugmentation : undefined);
      built.dispose();
    }
    tf.dispose([augmented, batch.images, batch.targets]);
  });

  it('refuses positions, and to augment without an augmentation', () => {
    expect(() => build()).toThrow(/received no augmentation, it needs one or option 'augment' false/);
    const context = {
      options: parseOptions(supervisedCnn, {}),
      dataset: sampleDescription('position'),
      latentSize,
      streams: new RngStreams(0),
      augmentation: sampleAugmentation,
    };
    expect(() => supervisedCnn.build(context)).toThrow(
      /whose target is a position, valid: class; 'simple-cnn'/,
    );
  });
});

describe('predict-mean', () => {
  const build = (dataset: DatasetDescription): BuiltMethod =>
    predictMean.build({
      options: parseOptions(predictMean, {}),
      dataset,
      latentSize,
      streams: new RngStreams(0),
    });
  const image = { height: 1, width: 1, channels: 1 };
  const fitted = async (kind: 'class' | 'position', targets: number[]): Promise<number[]> => {
    const dataset = { ...sampleDescription(kind), image };
    const built = build(dataset);
    const size = kind === 'class' ? 1 : 2;
    const count = targets.length / size;
    const source = memorySource(new Uint8Array(count), image, Float32Array.from(targets), size);
    await built.fit!({ source, dataset, rng: Rng.stream(0, 'fit') });
    return tf.tidy(() => Array.from(built.predict!(tf.zeros([2, 1, 1, 1])).dataSync()));
  };

  it('predicts the mean position for every image', async () => {
    expect(await fitted('position', [10, 0, 20, 6, 60, 3])).toEqual([30, 3, 30, 3]);
  });

  it('predicts the share of each class for every image', async () => {
    expect(await fitted('class', [0, 2, 2, 2])).toEqual([0.25, 0, 0.75, 0.25, 0, 0.75]);
  });

  it('reads data sets of more images than it takes at once', async () => {
    const targets = Array.from({ length: 1000 }, (_, i) => i % 3);
    expect((await fitted('class', targets)).slice(0, 3)).toEqual(
      [0.334, 0.333, 0.333].map((x) => expect.closeTo(x, 6)),
    );
  });

  it('refuses an empty data set, unknown classes, NaN, and to predict before it was fitted', async () => {
    await expect(fitted('class', [])).rejects.toThrow(/received an empty data set/);
    await expect(fitted('class', [0, 3])).rejects.toThrow(/class of image 1: received 3, valid: 0 to 2/);
    await expect(fitted('class', [0.5])).rejects.toThrow(DataError);
    await expect(fitted('position', [1, NaN])).rejects.toThrow(/target of image 0: received NaN/);
    const built = build(sampleDescription('class'));
    expect(() => built.predict!(tf.zeros([1, 64, 64, 3]))).toThrow(/before it was fitted/);
  });
});
