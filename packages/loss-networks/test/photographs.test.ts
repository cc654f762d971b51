import '@paretrain/backend-wasm';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseOptions } from '@paretrain/core';
import { expectAllclose, expectNoLeaks } from '@paretrain/testing';
import { readSafetensors } from '@paretrain/weights';
import * as tf from '@tensorflow/tfjs';
import { decode } from 'fast-png';
import { beforeAll, describe, expect, it } from 'vitest';
import { squeezenet1_1 } from '../src/index.ts';
import { findData } from './shared-data.ts';

const WEIGHTS = 'weights/squeezenet1_1_fp16.safetensors';
const WORDS = 'weights/synset_words.txt';
const SIDE = 224;
/** Positions a side of the last map. */
const POSITIONS = 13;

const read = (name: string): Buffer => readFileSync(new URL(`fixtures/photographs/${name}`, import.meta.url));
const fixture = JSON.parse(read('squeezenet1_1.json').toString()) as Record<
  string,
  { readonly classes: number[]; readonly scores: number[] }
>;

beforeAll(async () => {
  await tf.setBackend('wasm');
  await tf.ready();
});

function photograph(name: string): tf.Tensor4D {
  const { data, width, height, channels } = decode(read(`${name}.png`));
  expect([width, height, channels]).toEqual([SIDE, SIDE, 3]);
  return tf.tidy(() => tf.div(tf.tensor4d(Float32Array.from(data), [1, SIDE, SIDE, 3]), 255));
}

/** Scores of the 1,000 classes: torchvision's classifier, a 1x1 convolution with a ReLU averaged over the map. */
function classify(features: tf.Tensor2D, directory: string): tf.Tensor1D {
  const { tensors } = readSafetensors(readFileSync(join(directory, WEIGHTS)));
  return tf.tidy(() => {
    const kernel = tf.tensor2d(tensors['classifier.1.weight']!.data, [1000, 512]);
    const positions = tf.reshape(features, [POSITIONS ** 2, 512]);
    const scores = tf.relu(
      tf.add(tf.matMul(positions, kernel, false, true), tensors['classifier.1.bias']!.data),
    );
    return tf.mean(scores, 0) as tf.Tensor1D;
  });
}

const directory = findData(WEIGHTS, WORDS);

describe.skipIf(directory === undefined)('squeezenet1_1 with its real weights', () => {
  // The rocket is no class; a missile is the nearest, torchvision's fourth.
  it.each([
    ['chelsea', 'Egyptian cat', 1],
    ['coffee', 'espresso', 1],
    ['rocket', 'missile', 4],
  ])("finds in %s torchvision's five classes, and '%s' as number %i", async (name, synset, rank) => {
    await expectNoLeaks(async () => {
      const network = await squeezenet1_1.load({
        options: parseOptions(squeezenet1_1, { layer: 'fire9' }),
        dataDirectory: directory!,
      });
      const images = photograph(name);
      const features = network.features(images);
      const scores = classify(features, directory!);
      const top = tf.topk(scores, 5);
      const { classes, scores: expected } = fixture[name]!;
      expect(Array.from(await top.indices.data())).toEqual(classes);
      expectAllclose(await top.values.data(), expected, 1e-4);
      const words = readFileSync(join(directory!, WORDS), 'utf8').split('\n');
      expect(words[classes[rank - 1]!]).toContain(synset);
      tf.dispose([images, features, scores, top.values, top.indices]);
      network.dispose();
    });
  });
});
