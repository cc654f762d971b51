import './register.ts';

export { DeviceError } from './device-error.ts';
export { DeviceLostError } from './device-lost-error.ts';
export { webgpu } from './webgpu.ts';
