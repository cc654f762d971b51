import '@paretrain/backend-wasm';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { webgpu } from '../src/index.ts';
import { missingDevice } from './support.ts';

const missing = await missingDevice();

/** Losses of three steps of a plain tfjs program. */
async function trainPlainProgram(): Promise<number[]> {
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ inputShape: [6, 6, 2], filters: 3, kernelSize: 3, kernelInitializer: 'ones' }),
      tf.layers.batchNormalization(),
      tf.layers.flatten(),
      tf.layers.dense({ units: 2, kernelInitializer: 'ones' }),
    ],
  });
  model.compile({ optimizer: tf.train.adam(0.01), loss: 'meanSquaredError' });
  const [x, y] = [tf.linspace(0, 1, 288).reshape([4, 6, 6, 2]), tf.linspace(0, 1, 8).reshape([4, 2])];
  const losses: number[] = [];
  for (let step = 0; step < 3; step++) losses.push((await model.trainOnBatch(x, y)) as number);
  model.dispose();
  tf.dispose([x, y]);
  return losses;
}

describe.skipIf(missing)('in one program with the wasm backend', () => {
  it('plain models and tf.train.adam train on either', async () => {
    await tf.setBackend('cpu');
    const expected = await trainPlainProgram();
    for (const activate of [() => webgpu.activate({}), () => tf.setBackend('wasm')]) {
      await activate();
      (await trainPlainProgram()).forEach((loss, i) => expect(loss / expected[i]!).toBeCloseTo(1, 4));
    }
  });
});
