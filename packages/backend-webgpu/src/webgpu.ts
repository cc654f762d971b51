import { UnavailableError, defineBackend, type BackendAvailability } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import type { FoundAdapter } from './adapters.ts';
import { defaultDevice } from './default-device.ts';
import { lookForDevice, startBackend } from './start.ts';

const options = z.strictObject({
  /**
   * `auto`: the best of the machine, discrete before integrated before software; `discrete`, `integrated` or `software`; or
   * part of a device's name. Default: PARETRAIN_WEBGPU_DEVICE, else `auto`.
   */
  device: z.string().min(1).optional(),
});

type Options = z.infer<typeof options>;

/** TensorFlow.js on a GPU through WebGPU: Dawn in Node, `navigator.gpu` in browsers. */
export const webgpu = defineBackend<Options>({
  name: 'webgpu',
  version: '1.0.0',
  description: 'TensorFlow.js on GPUs through WebGPU, in Node by Dawn',
  options,
  async probe({ device }) {
    try {
      const { found, versions } = await lookForDevice(device ?? defaultDevice());
      return available(found, versions);
    } catch (error) {
      return unavailable(error as Error);
    }
  },
  async activate({ device }) {
    const { found, versions } = await lookForDevice(device ?? defaultDevice());
    try {
      await startBackend(found);
    } catch (error) {
      const { reason, fix } = unavailable(error as Error);
      throw new UnavailableError(`backend 'webgpu': ${reason}`, fix!);
    }
    return available(found, versions);
  },
});

function available(
  { name, kind }: FoundAdapter,
  versions: Readonly<Record<string, string>>,
): BackendAvailability {
  return {
    available: true,
    device: name,
    software: kind === 'software',
    versions: { '@tensorflow/tfjs': tf.version['tfjs'], ...versions },
    simd: null,
    threads: null,
    reason: null,
    fix: null,
  };
}

function unavailable(error: Error): BackendAvailability {
  const known = error instanceof UnavailableError;
  return {
    available: false,
    device: null,
    software: false,
    versions: { '@tensorflow/tfjs': tf.version['tfjs'] },
    simd: null,
    threads: null,
    reason: known ? error.message.replace(` Fix: ${error.fix}`, '') : error.message,
    fix: known
      ? error.fix
      : 'update the graphics driver, or choose another device by PARETRAIN_WEBGPU_DEVICE',
  };
}
