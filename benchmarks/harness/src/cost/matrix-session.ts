import { RngStreams } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import type { PluginRegistry } from '../registry/registry.ts';
import { activateBackend, type Session } from './session.ts';

/** Side of the square float32 matrices whose product is the backend's yardstick. */
const MATRIX_SIZE = 1024;

/** A step shorter than this would time the wait for the device more than its work. */
const SHORTEST_STEP_MS = 20;

/** Enough for any device: 8.8 TFLOP. */
const MOST_PRODUCTS = 4096;

/** The backend's own matrix product: the yardstick of every method's step. */
export async function openMatrixSession(registry: PluginRegistry, backendName: string): Promise<Session> {
  const backend = await activateBackend(registry, backendName);
  const streams = new RngStreams(0);
  const matrix = (name: string) =>
    tf.tensor2d(streams.get(name).uniformArray(MATRIX_SIZE ** 2, -1, 1), [MATRIX_SIZE, MATRIX_SIZE]);
  const [a, b] = [matrix('a'), matrix('b')];
  const multiply = async (times: number) => {
    const corner = tf.tidy(() => {
      let product = tf.matMul(a, b);
      for (let i = 1; i < times; i++) {
        product.dispose();
        product = tf.matMul(a, b);
      }
      return tf.slice(product, [0, 0], [1, 1]);
    });
    // Reading one value waits until a device has finished.
    await corner.data();
    corner.dispose();
  };
  const time = async (times: number) => {
    const started = performance.now();
    await multiply(times);
    return performance.now() - started;
  };
  await time(1);
  // Again until it is long enough: one product of a fast device is mostly the wait for it.
  let products = 1;
  for (let taken = await time(1); taken < SHORTEST_STEP_MS && products < MOST_PRODUCTS;) {
    products = Math.min(MOST_PRODUCTS, Math.ceil(products * Math.min(16, (1.2 * SHORTEST_STEP_MS) / taken)));
    taken = await time(products);
  }
  return {
    backend,
    parameters: 0,
    targets: 'none',
    step: () => multiply(products),
    kernels: async () => [{ kernel: 'BatchMatMul', runs: products, flops: products * 2 * MATRIX_SIZE ** 3 }],
    networks: async () => [],
    encodeMsPerImage: async () => null,
    augmentationMsPerStep: async () => null,
  };
}
