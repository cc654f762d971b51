import '@paretrain/backend-wasm';
import { Rng, RngStreams, createStepper, parseOptions, train, trainingSettings } from '@paretrain/core';
import { expectNoLeaks, sampleDescription, sampleSource } from '@paretrain/testing';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { distillation } from '../scripts/distillation/distillation.ts';
import { explainedVariance } from '../scripts/distillation/fidelity.ts';
import { channelStatistics, sampleIndices } from '../scripts/distillation/statistics.ts';
import { teacherFeatures, teacherOf, type Teacher } from '../scripts/distillation/teacher.ts';
import { caffenetArchitecture } from '../src/caffenet.ts';
import { buildStages } from '../src/stages/stage-network.ts';

beforeAll(async () => {
  await tf.setBackend('wasm');
  await tf.ready();
});

/** CaffeNet's architecture with random weights of about its size. */
async function randomTeacher(): Promise<Teacher> {
  const rng = Rng.stream(0, 'teacher');
  const read = async (name: string, shape: readonly number[]) =>
    rng.normalArray(
      shape.reduce((product, size) => product * size, 1),
      0,
      name.endsWith('.bias') ? 0.1 : 0.05,
    );
  return teacherOf(await buildStages(caffenetArchitecture.stages, read));
}

const description = sampleDescription('class');
const source = sampleSource(description, 64);

describe('distillation', () => {
  it("learns to explain a teacher's activations, and leaves no tensors", async () => {
    await expectNoLeaks(async () => {
      const teacher = await randomTeacher();
      const indices = sampleIndices(source, 64, Rng.stream(0, 'statistics'));
      const statistics = await channelStatistics(source, indices, (images) =>
        teacherFeatures(teacher, images),
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
    const teacher = await randomTeacher();
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
