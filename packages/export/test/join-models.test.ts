import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { joinModels } from '../src/index.ts';

beforeEach(async () => {
  await tf.setBackend('cpu');
});
afterEach(() => expect(tf.memory().numTensors).toBe(0));

it('joinModels gives what one model makes of the flattened output of the other', async () => {
  const { layers } = tf;
  const anySize = tf.input({ shape: [null, null, 2] });
  const convolved = layers
    .conv2d({ name: 'c', filters: 3, kernelSize: 2 })
    .apply(anySize) as tf.SymbolicTensor;
  const features = tf.model({ name: 'features', inputs: anySize, outputs: convolved });
  features.trainable = false;
  const row = tf.input({ shape: [2 * 3 * 3] });
  const encoder = tf.model({
    inputs: row,
    outputs: layers.dense({ name: 'd', units: 4 }).apply(row) as tf.SymbolicTensor,
  });

  const joined = await joinModels(features, encoder, { height: 3, width: 4, channels: 2 });
  const [expected, received] = tf.tidy(() => {
    const images = tf.linspace(-1, 1, 2 * 3 * 4 * 2).reshape([2, 3, 4, 2]);
    const maps = features.predict(images) as tf.Tensor4D;
    const rows = encoder.predict(tf.reshape(maps, [2, -1])) as tf.Tensor2D;
    return [rows.arraySync(), (joined.predict(images) as tf.Tensor2D).arraySync()];
  });
  expect(received).toEqual(expected);
  for (const model of [joined, features, encoder]) model.dispose();
});
