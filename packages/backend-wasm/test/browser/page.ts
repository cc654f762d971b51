/** What a page of a user's does: one import makes the wasm backend train. */
import { kernelInfo } from '../../src/index.ts';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { trainAutoencoder } from './train-autoencoder.ts';

/** What the test reads. */
export interface PageResult {
  readonly losses: number[];
  readonly backend: string;
  readonly simd: string;
  readonly isolated: boolean;
}

async function main(): Promise<PageResult> {
  setWasmPaths('/');
  await tf.setBackend('wasm');
  const losses = await trainAutoencoder();
  const isolated = (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated === true;
  return { losses, backend: tf.getBackend(), simd: kernelInfo().simd, isolated };
}

(globalThis as { paretrainResult?: Promise<PageResult> }).paretrainResult = main();
