import * as tf from '@tensorflow/tfjs';
import { type Runtime, runtimeOf } from './runtime.ts';

/** What a kernel sees: inputs and attributes by name, the runtime, and the stock kernel it replaces. */
export interface KernelCall<Inputs, Attributes> {
  inputs: Inputs;
  attrs: Attributes;
  runtime: Runtime;
  /** Runs the kernel this one replaced, on the same inputs; throws where there was none. */
  stock(): tf.TensorInfo | tf.TensorInfo[];
}

const MARK = Symbol.for('@paretrain/backend-wasm');

/** Registers a kernel on `wasm`, keeping the stock one (with its setup) for the cases ours leaves to it. */
export function registerWasmKernel<Inputs, Attributes>(
  kernelName: string,
  run: (call: KernelCall<Inputs, Attributes>) => tf.TensorInfo | tf.TensorInfo[],
): void {
  const stock = tf.getKernel(kernelName, 'wasm');
  // A second copy of this package in the same program must not wrap the first.
  if (stock && MARK in stock) return;
  if (stock) tf.unregisterKernel(kernelName, 'wasm');
  const config = {
    ...(stock ?? {}),
    kernelName,
    backendName: 'wasm',
    kernelFunc: (args: { inputs: unknown; attrs?: unknown; backend: unknown }) =>
      run({
        inputs: args.inputs as Inputs,
        attrs: (args.attrs ?? {}) as Attributes,
        runtime: runtimeOf(args.backend),
        stock() {
          if (!stock)
            throw new Error(`${kernelName}: the wasm backend has no stock kernel for these inputs.`);
          return stock.kernelFunc(args as Parameters<typeof stock.kernelFunc>[0]);
        },
      }),
    [MARK]: true,
  };
  tf.registerKernel(config as unknown as tf.KernelConfig);
}
