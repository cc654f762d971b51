import './register.ts';

export { type Simd } from './kernel-module.ts';
export { configureWasm, type WasmOptions } from './options.ts';
export { kernelInfo } from './runtime.ts';
export { wasm } from './wasm.ts';
