import '@paretrain/backend-wasm';
import { kernelInfo } from '@paretrain/backend-wasm';
import * as tf from '@tensorflow/tfjs';

/** Starts the WASM backend with our kernels and says which they are. */
export async function startWasm(): Promise<Record<string, unknown>> {
  await tf.setBackend('wasm');
  await tf.ready();
  const { simd, microKernel } = kernelInfo();
  return { simd, microKernel };
}
