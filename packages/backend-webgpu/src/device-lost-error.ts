import { ParetrainError } from '@paretrain/core';

/** The device went away in the middle of the work: unplugged, reset by its driver, out of memory, or destroyed. */
export class DeviceLostError extends ParetrainError {
  /** Its name. */
  readonly device: string;

  constructor(device: string, reason: string, detail: string) {
    const why = detail.trim() ? `${reason}: ${detail.trim()}` : reason;
    super(
      'device-lost',
      `the WebGPU device '${device}' was lost (${why.replace(/\.$/, '')}). The last checkpoint stays: run the same command ` +
        'again to go on from it, or choose another device or backend.',
    );
    this.device = device;
  }
}
