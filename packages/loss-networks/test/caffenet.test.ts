import '@paretrain/backend-wasm';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataError, ShapeError } from '@paretrain/core';
import { expectAllclose, expectNoLeaks } from '@paretrain/testing';
import { readSafetensors, writeSafetensors } from '@paretrain/weights';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { caffenetTeacher, readCaffenet } from '../scripts/distillation/caffenet.ts';
import { findData } from './shared-data.ts';

const WEIGHTS = 'weights/caffenet_conv12.safetensors';
const REFERENCE = 'weights/caffenet_testvec.safetensors';
const data = findData(WEIGHTS, REFERENCE);

beforeAll(async () => {
  await tf.setBackend('wasm');
  await tf.ready();
});

describe.skipIf(data === undefined)('CaffeNet with its real weights', () => {
  const load = (file: string): Buffer => readFileSync(join(data!, file));

  it("gives Caffe's own activations to 1e-4", async () => {
    await expectNoLeaks(async () => {
      const caffenet = readCaffenet(load(WEIGHTS));
      const { tensors } = readSafetensors(load(REFERENCE));
      const channelsFirst = tf.tensor3d(tensors['input_bgr_meansub']!.data, [3, 227, 227]);
      const input = tf.tidy(() =>
        tf.reverse(tf.transpose(channelsFirst, [1, 2, 0]), 2).expandDims(0),
      ) as tf.Tensor4D;
      const activations = caffenet.activations(input, 0);
      for (const [name, expected] of [
        ['pool1', 'pool1'],
        ['norm1', 'norm1'],
        ['conv2', 'conv2_relu'],
      ] as const) {
        const received = tf.tidy(() => tf.transpose(activations[name].squeeze([0]), [2, 0, 1]));
        expectAllclose(await received.data(), tensors[expected]!.data, 1e-4, name);
        received.dispose();
      }
      tf.dispose([channelsFirst, input, ...Object.values(activations)]);
      caffenet.dispose();
    });
  });

  it("lies on the grid of AlexNet's features", () => {
    const caffenet = readCaffenet(load(WEIGHTS));
    for (const [side, positions] of [
      [64, 7],
      [96, 11],
    ] as const) {
      const images = tf.zeros<tf.Rank.R4>([1, side, side, 3]);
      const maps = caffenetTeacher(caffenet, images);
      expect(maps.shape).toEqual([1, positions, positions, 256]);
      tf.dispose([images, maps]);
    }
    caffenet.dispose();
  });
});

describe('CaffeNet', () => {
  const tensor = (shape: number[]) => ({
    shape,
    data: new Float32Array(shape.reduce((product, size) => product * size, 1)),
  });
  const zeros = {
    'conv1.weight': tensor([96, 3, 11, 11]),
    'conv1.bias': tensor([96]),
    'conv2.weight': tensor([256, 48, 5, 5]),
    'conv2.bias': tensor([256]),
  };

  it('rejects missing weights and other shapes', () => {
    expect(() => readCaffenet(writeSafetensors({}))).toThrow(DataError);
    const wrong = writeSafetensors({ ...zeros, 'conv2.weight': tensor([256, 96, 5, 5]) });
    expect(() => readCaffenet(wrong)).toThrow(
      /'conv2.weight': received shape \[256, 96, 5, 5\], valid: \[256, 48/,
    );
  });

  it('rejects images that Caffe would pool otherwise', () => {
    const caffenet = readCaffenet(writeSafetensors(zeros));
    const images = tf.zeros<tf.Rank.R4>([1, 68, 64, 3]);
    expect(() => caffenetTeacher(caffenet, images)).toThrow(ShapeError);
    images.dispose();
    caffenet.dispose();
  });
});
