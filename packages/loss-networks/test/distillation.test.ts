import '@paretrain/backend-wasm';
import { Rng, RngStreams, createStepper, parseOptions, train, trainingSettings } from '@paretrain/core';
import { expectNoLeaks, sampleDescription, sampleSource } from '@paretrain/testing';
import { writeSafetensors } from '@paretrain/weights';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { caffenetTeacher, readCaffenet, type Caffenet } from '../scripts/distillation/caffenet.ts';
import { distillation } from '../scripts/distillation/distillation.ts';
import { explainedVariance } from '../scripts/distillation/fidelity.ts';
import { channelStatistics, sampleIndices } from '../scripts/distillation/statistics.ts';

beforeAll(async () => {
  await tf.setBackend('wasm');
  await tf.ready();
});

/** CaffeNet's architecture with random weights of about its size. */
function randomTeacher(): Caffenet {
  const rng = Rng.stream(0, 'teacher');
  const tensor = (shape: readonly number[], deviation: number) => ({
    shape,
    data: rng.normalArray(
      shape.reduce((product, size) => product * size, 1),
      0,
      deviation,
    ),
  });
  return readCaffenet(
    writeSafetensors({
      'conv1.weight': tensor([96, 3, 11, 11], 0.05),
      'conv1.bias': tensor([96], 0.1),
      'conv2.weight': tensor([256, 48, 5, 5], 0.05),
      'conv2.bias': tensor([256], 0.1),
    }),
  );
}

const description = sampleDescription('class');
const source = sampleSource(description, 64);

describe('distillation', () => {
  it("learns to explain a teacher's activations, and leaves no tensors", async () => {
    await expectNoLeaks(async () => {
      const teacher = randomTeacher();
      const indices = sampleIndices(source, 64, Rng.stream(0, 'statistics'));
      const statistics = await channelStatistics(source, indices, (images) =>
        caffenetTeacher(teacher, images),
      );
      const streams = new RngStreams(0);
      const method = distillation.build({
        options: parseOptions(distillation, { teacher, statistics }),
        dataset: description,
        latentSize: 1,
        streams,
      });
      const { student, head } = method.networks as { student: tf.LayersModel; head: tf.LayersModel };
      const networks = { student, head, teacher, statistics };
      const before = await explainedVariance(source, networks);
      const { history } = await train({
        method,
        source,
        settings: trainingSettings.parse({ epochs: 10, batchSize: 16, validationFraction: 0 }),
        streams,
      });
      const after = await explainedVariance(source, networks);
      expect(before).toBeLessThan(0.1);
      expect(after).toBeGreaterThan(0.3);
      expect(history.at(-1)!.loss).toBeLessThan(0.8 * history[0]!.loss);
      method.dispose();
      teacher.dispose();
    });
  });

  it('has a gradient in every weight of student and head', async () => {
    const teacher = randomTeacher();
    const ones = new Float32Array(256).fill(1);
    const statistics = { mean: ones, deviation: ones, rootMeanSquare: ones };
    const method = distillation.build({
      options: parseOptions(distillation, { teacher, statistics }),
      dataset: description,
      latentSize: 1,
      streams: new RngStreams(0),
    });
    const before = method.networks['student']!.getWeights().map((weight) => weight.dataSync().slice());
    const images = tf.fill([2, 64, 64, 3], 0.5) as tf.Tensor4D;
    const stepper = createStepper(method);
    const targets = tf.zeros<tf.Rank.R2>([2, 1]);
    const rng = Rng.stream(0, 'noise');
    await stepper.step({ images, augmented: images, targets, constants: {}, rng, training: true });
    for (const [i, weight] of method.networks['student']!.getWeights().entries()) {
      expect(weight.dataSync(), `weight ${i}`).not.toEqual(before[i]);
    }
    tf.dispose([images, targets]);
    stepper.dispose();
    method.dispose();
    teacher.dispose();
  });

  it('statistics equal those computed by hand', async () => {
    const indices = Uint32Array.of(0, 5, 7);
    const { mean, deviation, rootMeanSquare } = await channelStatistics(source, indices, (images) =>
      images.clone(),
    );
    const { images } = await source.read(indices);
    for (const channel of [0, 1, 2]) {
      const values = Array.from(images)
        .filter((_, i) => i % 3 === channel)
        .map((value) => value / 255);
      const average = values.reduce((sum, value) => sum + value, 0) / values.length;
      const variance = values.reduce((sum, value) => sum + (value - average) ** 2, 0) / values.length;
      expect(mean[channel]).toBeCloseTo(average, 5);
      expect(deviation[channel]).toBeCloseTo(Math.sqrt(variance), 5);
      expect(rootMeanSquare[channel]).toBeCloseTo(Math.sqrt(variance + average ** 2), 5);
    }
  });
});
