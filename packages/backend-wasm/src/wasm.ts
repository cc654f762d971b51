import { UnavailableError, defineBackend, type BackendAvailability } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { version_wasm } from '@tensorflow/tfjs-backend-wasm';
import { z } from 'zod';
import { configureWasm } from './options.ts';
import { kernelInfo } from './runtime.ts';

const options = z.strictObject({
  /** SIMD build: `auto` takes relaxed SIMD where the engine has it. */
  simd: z.enum(['auto', 'relaxed', 'plain']).optional(),
  /** `direct` leaves out Winograd's algorithm, which rounds a little more. */
  convolution: z.enum(['auto', 'direct']).optional(),
});

type Options = z.infer<typeof options>;

/** TensorFlow.js's WASM backend with this package's training kernels: one thread of the processor. */
export const wasm = defineBackend<Options>({
  name: 'wasm',
  version: '1.0.0',
  description: 'TensorFlow.js on WebAssembly with training kernels, one thread',
  options,
  async probe(given) {
    const before = tf.getBackend();
    try {
      return await start(given);
    } catch (error) {
      return unavailable((error as Error).message);
    } finally {
      if (before && before !== 'wasm') await tf.setBackend(before);
    }
  },
  async activate(given) {
    try {
      return await start(given);
    } catch (error) {
      const { reason, fix } = unavailable((error as Error).message);
      throw new UnavailableError(`backend 'wasm': ${reason}`, fix!);
    }
  },
});

async function start(given: Options): Promise<BackendAvailability> {
  configureWasm(given);
  if (!(await tf.setBackend('wasm'))) throw new Error('TensorFlow.js could not start its WASM backend.');
  await tf.ready();
  return {
    available: true,
    device: await processorName(),
    software: false,
    versions: { '@tensorflow/tfjs': tf.version['tfjs'], '@tensorflow/tfjs-backend-wasm': version_wasm },
    simd: kernelInfo().simd,
    threads: 1,
    reason: null,
    fix: null,
  };
}

function unavailable(reason: string): BackendAvailability {
  return {
    available: false,
    device: null,
    software: false,
    versions: { '@tensorflow/tfjs': tf.version['tfjs'] },
    simd: null,
    threads: null,
    reason,
    fix: 'use Node >= 20.19 or a browser with WebAssembly SIMD; in a browser, call setWasmPaths() first',
  };
}

/** The processor's name in Node; elsewhere null, since browsers do not tell. */
async function processorName(): Promise<string | null> {
  const os = globalThis.process?.getBuiltinModule?.('node:os');
  return os?.cpus()[0]?.model.trim() ?? null;
}
