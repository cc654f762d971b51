import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { channelsFirst } from '../src/channels-first.ts';
import { layerChain } from '../src/layer-chain.ts';

beforeEach(async () => {
  await tf.setBackend('cpu');
});
afterEach(() => expect(tf.memory().numTensors).toBe(0));

const { layers } = tf;

async function chainOf(...chain: tf.layers.Layer[]) {
  const image = tf.input({ shape: [4, 4, 2] });
  let x: tf.SymbolicTensor = image;
  for (const layer of chain) x = layer.apply(x) as tf.SymbolicTensor;
  const model = tf.model({ inputs: image, outputs: x });
  try {
    return channelsFirst(await layerChain(model));
  } finally {
    model.dispose();
  }
}

describe('layerChain', () => {
  it.each([
    [
      'a layer without counterpart',
      [layers.averagePooling2d({ name: 'pool', poolSize: 2 })],
      /'pool'.*AveragePooling2D/,
    ],
    [
      'an activation',
      [layers.conv2d({ name: 'c', filters: 1, kernelSize: 1, activation: 'elu' })],
      /'c'.*"elu"/,
    ],
    ['dilation', [layers.conv2d({ name: 'c', filters: 1, kernelSize: 1, dilationRate: 2 })], /'c'.*dilation/],
    [
      'a pooling that pads',
      [layers.maxPooling2d({ name: 'm', poolSize: 2, padding: 'same' })],
      /'m'.*padding "same"/,
    ],
    [
      'padding before anything but a convolution',
      [layers.zeroPadding2d({ padding: 1 }), layers.flatten({ name: 'f' })],
      /'f'.*before Conv2D/,
    ],
    ['padding at the end', [layers.zeroPadding2d({ name: 'z', padding: 1 })], /'z'.*before Conv2D/],
    ['a flattened map as output', [layers.flatten()], /flattened map of 4x4x2/],
  ])('refuses %s, and says what to do', async (_, chain, message) => {
    const error = await chainOf(...chain).catch((caught: unknown) => caught);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).toMatch(/format tfjs/);
  });

  it('adds up paddings before a convolution', async () => {
    const padding = (sides: [[number, number], [number, number]]) => layers.zeroPadding2d({ padding: sides });
    const twice = [padding([[1, 1], [1, 1]]), padding([[0, 1], [2, 0]])]; // prettier-ignore
    const [step] = await chainOf(...twice, layers.conv2d({ filters: 1, kernelSize: 1 }));
    expect(step).toMatchObject({ margins: { top: 1, bottom: 2, left: 3, right: 1 } });
  });

  it('refuses networks that branch', async () => {
    const image = tf.input({ shape: [4, 4, 2] });
    const [a, b] = [1, 2].map(
      (i) => layers.dense({ name: `d${i}`, units: 1 }).apply(image) as tf.SymbolicTensor,
    );
    const model = tf.model({
      inputs: image,
      outputs: layers.concatenate().apply([a!, b!]) as tf.SymbolicTensor,
    });
    await expect(layerChain(model)).rejects.toThrow(/'d2'.*follow/);
    model.dispose();
  });
});
