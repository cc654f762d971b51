import * as tf from '@tensorflow/tfjs';
import type { NodeBackend } from './node-backend.ts';

/** What a kernel of this package sees. */
export interface KernelCall<Inputs, Attributes> {
  readonly inputs: Inputs;
  readonly attrs: Attributes;
  /** Runs tfjs-node's kernel of the same name; on other inputs or attributes where they are given. */
  stock(inputs?: Inputs, attrs?: Attributes): tf.Tensor;
}

const MARK = Symbol.for('@paretrain/backend-tensorflow');

/** Puts a kernel in the place of tfjs-node's, which it can still call. */
export function registerTensorflowKernel<Inputs, Attributes>(
  kernelName: string,
  run: (call: KernelCall<Inputs, Attributes>) => tf.Tensor,
): void {
  const stock = tf.getKernel(kernelName, 'tensorflow');
  if (!stock) throw new Error(`${kernelName}: tfjs-node has no such kernel.`);
  // A second copy of this package in the same program must not wrap the first.
  if (MARK in stock) return;
  tf.unregisterKernel(kernelName, 'tensorflow');
  tf.registerKernel({
    ...stock,
    kernelFunc: ({ inputs, attrs, backend }) =>
      run({
        inputs: inputs as Inputs,
        attrs: attrs as Attributes,
        stock: (otherInputs, otherAttrs) =>
          stock.kernelFunc({
            inputs: (otherInputs ?? inputs) as tf.NamedTensorInfoMap,
            attrs: (otherAttrs ?? attrs) as tf.NamedAttrMap,
            backend,
          }) as tf.Tensor,
      }),
    [MARK]: true,
  } as tf.KernelConfig);
}

/** Registers a kernel that tfjs-node has none of: one of those that `@paretrain/core` uses where a backend has them. */
export function registerFusedKernel<Inputs, Attributes>(
  kernelName: string,
  run: (inputs: Inputs, attrs: Attributes, backend: NodeBackend) => tf.Tensor[],
): void {
  if (tf.getKernel(kernelName, 'tensorflow')) return;
  tf.registerKernel({
    kernelName,
    backendName: 'tensorflow',
    kernelFunc: ({ inputs, attrs, backend }) =>
      run(inputs as Inputs, attrs as Attributes, backend as NodeBackend),
  });
}
