import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wasm } from '@paretrain/backend-wasm';
import { readCheckpointFile } from '@paretrain/core/node';
import { expectAllclose } from '@paretrain/testing';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeviceLostError, webgpu } from '../src/index.ts';
import type { TrainingBackend } from '../src/training-backend.ts';
import { missingDevice, trainTiny } from './support.ts';

const missing = await missingDevice();
const device = (): GPUDevice => (tf.backend() as TrainingBackend).device;

let folder: string;
let other: string;
beforeEach(async () => {
  [folder, other] = [await mkdtemp(join(tmpdir(), 'webgpu-')), await mkdtemp(join(tmpdir(), 'webgpu-'))];
});
afterEach(async () => {
  await rm(folder, { recursive: true });
  await rm(other, { recursive: true });
});

describe.skipIf(missing)(`a run whose device is lost${missing ? ` (skipped: ${missing})` : ''}`, () => {
  /** Trains until the device is destroyed in the third epoch. */
  async function loseDevice(): Promise<Error> {
    const { device: name } = await webgpu.activate({});
    const failure = await trainTiny(folder, (epoch) => {
      if (epoch === 2) device().destroy();
    }).then(
      () => new Error('trained to the end on a destroyed device'),
      (error: Error) => error,
    );
    expect(failure.message).toContain(`'${name}' was lost`);
    return failure;
  }

  it('ends with an error that names the device and says how to go on', async () => {
    const failure = await loseDevice();
    expect(failure).toBeInstanceOf(DeviceLostError);
    expect(failure).toMatchObject({ code: 'device-lost', device: expect.any(String) as string });
    expect(failure.message).toMatch(/run the same command again.*another device or backend/);
    expect((await readCheckpointFile(join(folder, 'checkpoint.bin')))?.epoch).toBe(2);
    // Nothing new begins on a lost device.
    expect(() => tf.add(tf.zeros([2000]), tf.ones([2000]))).toThrow(DeviceLostError);
  });

  it('goes on to the same end on a new device, and on another backend', async () => {
    await webgpu.activate({});
    const whole = await trainTiny(other);
    await loseDevice();
    await webgpu.activate({});
    const resumed = await trainTiny(folder);
    expectAllclose(resumed.losses, whole.losses, 1e-6);
    expectAllclose(resumed.weights, whole.weights, 1e-6);

    await rm(folder, { recursive: true });
    await loseDevice();
    await wasm.activate({});
    const elsewhere = await trainTiny(folder);
    expectAllclose(elsewhere.losses, whole.losses, 1e-4);
    expectAllclose(elsewhere.weights, whole.weights, 1e-4);
  });

  it('takes over a checkpoint of the wasm backend', async () => {
    await wasm.activate({});
    const whole = await trainTiny(other);
    await trainTiny(folder, (epoch) => {
      if (epoch === 2) throw new Error('stopped');
    }).catch(() => undefined);
    await webgpu.activate({});
    const resumed = await trainTiny(folder);
    expect(tf.getBackend()).toBe('webgpu');
    expect(resumed.losses.slice(0, 2)).toEqual(whole.losses.slice(0, 2));
    expectAllclose(resumed.losses, whole.losses, 1e-4);
    expectAllclose(resumed.weights, whole.weights, 1e-4);
  });
});

describe.skipIf(missing)('what else goes wrong on a device', () => {
  it('is told by the next read, and only by that', async () => {
    await webgpu.activate({});
    device().createShaderModule({ code: 'no WGSL' });
    const sum = tf.add(tf.zeros([2000]), tf.ones([2000]));
    await expect(sum.data()).rejects.toThrow(/refused a command: Error while parsing WGSL/);
    expect((await sum.data())[0]).toBe(1);
    sum.dispose();
  });

  it('a synchronous read is refused with the way to read', async () => {
    await webgpu.activate({});
    const sum = tf.add(tf.zeros([2000]), tf.ones([2000]));
    expect(() => sum.dataSync()).toThrow(/await tensor.data\(\)/);
    sum.dispose();
  });
});
