import * as tf from '@tensorflow/tfjs';
import type { TrainingBackend } from './training-backend.ts';

/** What a kernel sees: inputs and attributes by name, the backend, and the stock kernel that it replaces. */
export interface KernelCall<Inputs, Attributes> {
  readonly inputs: Inputs;
  readonly attrs: Attributes;
  readonly backend: TrainingBackend;
  /** Runs the replaced kernel on the same inputs. */
  stock(): tf.TensorInfo | tf.TensorInfo[];
}

/** Registers a kernel on `webgpu`, in front of the stock one where there is one. */
export function registerWebgpuKernel<Inputs, Attributes>(
  kernelName: string,
  run: (call: KernelCall<Inputs, Attributes>) => tf.TensorInfo | tf.TensorInfo[],
): void {
  const stock = tf.getKernel(kernelName, 'webgpu');
  if (stock) tf.unregisterKernel(kernelName, 'webgpu');
  const config = {
    ...stock,
    kernelName,
    backendName: 'webgpu',
    kernelFunc: (args: { inputs: unknown; attrs?: unknown; backend: unknown }) =>
      run({
        inputs: args.inputs as Inputs,
        attrs: (args.attrs ?? {}) as Attributes,
        backend: args.backend as TrainingBackend,
        stock() {
          if (!stock) throw new Error(`${kernelName}: the webgpu backend has no stock kernel.`);
          return stock.kernelFunc(args as Parameters<typeof stock.kernelFunc>[0]);
        },
      }),
  };
  tf.registerKernel(config as unknown as tf.KernelConfig);
}
