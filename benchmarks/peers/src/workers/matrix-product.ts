/*
 * Products of an M x K and a K x N matrix, by our kernels or by those of @tensorflow/tfjs-backend-wasm alone.
 * Usage: matrix-product.ts M N K own|stock [profile]
 */
import { Rng } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { serve } from './serve.ts';

/** Operations below which a step would time the call more than the product. */
const SMALLEST_STEP = 1e9;

const [m, n, k] = process.argv.slice(2, 5).map(Number) as [number, number, number];
const stock = process.argv[5] === 'stock';
const info = stock ? await startStock() : await (await import('./start-wasm.ts')).startWasm();
const rng = Rng.stream(1, 'matrices');
const a = tf.tensor2d(rng.uniformArray(m * k, -1, 1), [m, k]);
const b = tf.tensor2d(rng.uniformArray(k * n, -1, 1), [k, n]);
const products = Math.ceil(SMALLEST_STEP / (2 * m * n * k));

await serve({ ...info, gflop: (products * 2 * m * n * k) / 1e9 }, () => {
  for (let i = 0; i < products; i++) tf.matMul(a, b).dispose();
});

async function startStock(): Promise<Record<string, unknown>> {
  await import('@tensorflow/tfjs-backend-wasm');
  await tf.setBackend('wasm');
  await tf.ready();
  return { kernels: 'stock', tfjs: tf.version_core };
}
