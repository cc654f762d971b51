const VARIABLE = 'PARETRAIN_WEBGPU_DEVICE';

/** The device to use where no option says: that of the environment, else the best. */
export function defaultDevice(): string {
  return globalThis.process?.env[VARIABLE] || 'auto';
}
