import { ParetrainError } from '@paretrain/core';

/** The device refused something: memory, or a command that it finds invalid. Results since the last read are worthless. */
export class DeviceError extends ParetrainError {
  /** @param error WebGPU's `GPUError`: its class says whether memory was at its end */
  constructor(device: string, error: { readonly message: string }) {
    const outOfMemory = error.constructor.name === 'GPUOutOfMemoryError';
    const message = error.message.trim().split('\n')[0]!;
    super(
      'device',
      outOfMemory
        ? `the WebGPU device '${device}' is out of memory (${message}); use smaller batches`
        : `the WebGPU device '${device}' refused a command: ${message}`,
    );
  }
}
