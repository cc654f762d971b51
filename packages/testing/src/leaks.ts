import * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';

/** Runs `work` and fails when it leaves tensors behind. A first run may fill caches: warm up before, where one does. */
export async function expectNoLeaks<T>(work: () => T | Promise<T>): Promise<T> {
  await tf.ready();
  const before = tf.memory().numTensors;
  const result = await work();
  expect(tf.memory().numTensors - before, 'tensors left behind').toBe(0);
  return result;
}
