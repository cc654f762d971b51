import { UnavailableError } from '@paretrain/core';
import { util } from '@tensorflow/tfjs';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { DeviceError } from './device-error.ts';
import { DeviceLostError } from './device-lost-error.ts';

type RunProgram = WebGPUBackend['runWebGPUProgram'];

/**
 * tfjs's WebGPU backend, which tells what goes wrong: the stock one ignores a lost device and refused commands, and
 * results are then zeros or never come.
 */
export class TrainingBackend extends WebGPUBackend {
  readonly deviceName: string;
  #lost: DeviceLostError | null = null;
  #error: DeviceError | null = null;
  #disposing = false;

  constructor(device: GPUDevice, info: GPUAdapterInfo, deviceName: string) {
    super(device, info);
    this.deviceName = deviceName;
    acceptEmptyBuffers(this.bufferManager);
    void device.lost.then(({ reason, message }) => {
      if (!this.#disposing) this.#lost = new DeviceLostError(deviceName, reason, message);
    });
    device.addEventListener('uncapturederror', ({ error }) => {
      this.#error ??= new DeviceError(deviceName, error);
    });
  }

  /** Whether the device is gone for good. */
  get lost(): boolean {
    return this.#lost !== null;
  }

  override runWebGPUProgram(...args: Parameters<RunProgram>): ReturnType<RunProgram> {
    this.#throwIfLost();
    return super.runWebGPUProgram(...args);
  }

  /** @throws {DeviceLostError} @throws {DeviceError} for anything that went wrong since the last read */
  override async read(dataId: object): ReturnType<WebGPUBackend['read']> {
    this.#throwIfLost();
    const { shape, dtype } = this.tensorMap.get(dataId);
    if (shape.includes(0)) return util.getTypedArrayFromDType(dtype as 'float32', 0);
    let values: Awaited<ReturnType<WebGPUBackend['read']>>;
    try {
      values = await super.read(dataId);
    } catch (error) {
      // The news of a lost device may come after the failure that it causes.
      await new Promise((resolve) => setTimeout(resolve));
      this.#throwIfLost();
      throw error;
    }
    this.#throwIfLost();
    const problem = this.#error;
    this.#error = null;
    if (problem) throw problem;
    return values;
  }

  /** @throws {UnavailableError} in Node for values that are on the device: only browsers can wait for a GPU */
  override readSync(dataId: object): ReturnType<WebGPUBackend['readSync']> {
    const data = this.tensorMap.get(dataId);
    if (data.values == null && typeof OffscreenCanvas === 'undefined') {
      throw new UnavailableError(
        'WebGPU in Node cannot read a tensor synchronously.',
        'use await tensor.data()',
      );
    }
    return super.readSync(dataId);
  }

  override dispose(): void {
    this.#disposing = true;
    super.dispose();
    this.device.destroy();
  }

  #throwIfLost(): void {
    if (this.#lost) throw this.#lost;
  }
}

/** A shader cannot bind a buffer of no bytes: empty tensors get one of the smallest size. */
function acceptEmptyBuffers(manager: WebGPUBackend['bufferManager']): void {
  const acquire = manager.acquireBuffer.bind(manager);
  manager.acquireBuffer = (size, ...rest) => acquire(Math.max(size, 4), ...rest);
}
