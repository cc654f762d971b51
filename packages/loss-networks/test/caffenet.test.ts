import '@paretrain/backend-wasm';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectAllclose, expectNoLeaks } from '@paretrain/testing';
import { readSafetensors } from '@paretrain/weights';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadTeacher, teacherFeatures } from '../scripts/distillation/teacher.ts';
import { caffenetArchitecture } from '../src/caffenet.ts';
import { readStages } from '../src/load-staged-network.ts';
import { disposeStages, runStages } from '../src/stages/stage-network.ts';
import { findData } from './shared-data.ts';

const WEIGHTS = 'weights/caffenet_conv12.safetensors';
const REFERENCE = 'weights/caffenet_testvec.safetensors';
const data = findData(WEIGHTS, REFERENCE);

beforeAll(async () => {
  await tf.setBackend('wasm');
  await tf.ready();
});

describe.skipIf(data === undefined)('CaffeNet with its real weights', () => {
  it("gives Caffe's own activations to 1e-4", async () => {
    await expectNoLeaks(async () => {
      const context = { options: {}, dataDirectory: data! };
      const { stages } = await readStages(caffenetArchitecture, caffenetArchitecture.stages, context);
      const { tensors } = readSafetensors(readFileSync(join(data!, REFERENCE)));
      // Blue, green, red, less the mean; channels first.
      const received = tf.tidy(() => {
        const channelsFirst = tf.tensor3d(tensors['input_bgr_meansub']!.data, [3, 227, 227]);
        const input = tf.reverse(tf.transpose(channelsFirst, [1, 2, 0]), 2).expandDims<tf.Tensor4D>(0);
        return runStages(stages, input).map((maps) => tf.transpose(maps.squeeze([0]), [2, 0, 1]));
      });
      for (const [stage, expected] of [
        ['pool1', 'pool1'],
        ['norm1', 'norm1'],
        ['relu2', 'conv2_relu'],
      ] as const) {
        const maps = received[stages.findIndex(({ name }) => name === stage)]!;
        expectAllclose(await maps.data(), tensors[expected]!.data, 1e-4, stage);
      }
      tf.dispose(received);
      disposeStages(stages);
    });
  });

  it("lies on the grid of AlexNet's features where it teaches", async () => {
    const teacher = await loadTeacher(data!);
    for (const [side, positions] of [
      [64, 7],
      [96, 11],
    ] as const) {
      const images = tf.zeros<tf.Rank.R4>([1, side, side, 3]);
      const maps = teacherFeatures(teacher, images);
      expect(maps.shape).toEqual([1, positions, positions, 256]);
      tf.dispose([images, maps]);
    }
    teacher.dispose();
  });
});
