import { ParetrainError } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';

/** What `tf.profile` tells of a kernel that ran. */
export interface KernelRun {
  readonly name: string;
  /** Shapes of the inputs, in the order of the kernel's input names. */
  readonly inputShapes: readonly (readonly number[] | null)[];
  readonly outputShapes: readonly (readonly number[])[];
}

/** Names that a kernel with products inside would have; one that is not known here must not be counted as nothing. */
const PRODUCT = /matmul|conv|einsum/i;

const size = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

/**
 * Floating-point operations of one kernel run: 2 for every multiply-add of matrix products and convolutions, and
 * nothing for anything else (activations, batch norm, optimisers), which is what "GFLOP" means in every figure here.
 * A product of M x K by K x N counts 2 M K N; a convolution and each of its two gradients count
 * 2 x output positions x kernel area x input channels x output channels, taps on padding included.
 * @throws {ParetrainError} on a kernel that looks like a product and is not known here
 */
export function kernelFlops({ name, inputShapes, outputShapes }: KernelRun): number {
  const shapes = inputShapes.filter((shape): shape is readonly number[] => shape !== null);
  const [first, second] = shapes;
  const output = outputShapes[0];
  if (!first || !second || !output) {
    if (PRODUCT.test(name)) throw uncounted(name);
    return 0;
  }
  switch (name) {
    case 'BatchMatMul':
    case '_FusedMatMul': {
      // a holds M K values per batch and the output M N, whatever is transposed.
      const [m, n] = output.slice(-2) as [number, number];
      const batches = size(output) / Math.max(1, m * n);
      const k = size(first) / Math.max(1, size(first.slice(0, -2)) * m);
      return 2 * batches * m * n * k;
    }
    case 'Conv2D':
    case 'FusedConv2D':
    case 'ParetrainGroupedConv2D':
      // Filter [height, width, in / groups, out]: every output meets the whole filter of its channel.
      return 2 * size(output) * size(second.slice(0, 3));
    case 'Conv2DBackpropInput':
    case 'ParetrainGroupedConv2DBackpropInput':
      // Inputs dy and filter: every dy value meets the whole filter of its channel.
      return 2 * size(first) * size(second.slice(0, 3));
    case 'Conv2DBackpropFilter':
    case 'ParetrainGroupedConv2DBackpropFilter':
      // Inputs x and dy; output is the filter's gradient.
      return 2 * size(second) * size(output.slice(0, 3));
    case 'DepthwiseConv2dNative':
    case 'FusedDepthwiseConv2D':
      return 2 * size(output) * size(second.slice(0, 2));
    case 'DepthwiseConv2dNativeBackpropInput':
      return 2 * size(first) * size(second.slice(0, 2));
    case 'DepthwiseConv2dNativeBackpropFilter':
      return 2 * size(second) * size(output.slice(0, 2));
    default:
      if (PRODUCT.test(name)) throw uncounted(name);
      return 0;
  }
}

function uncounted(name: string): ParetrainError {
  return new ParetrainError(
    'uncounted-kernel',
    `operations of a step: kernel '${name}' is a product or convolution that this program cannot count`,
  );
}

/** A product or convolution that ran. */
export interface CountedKernel extends KernelRun {
  readonly flops: number;
}

/** All runs of one kernel in a step. */
export interface KernelFlops {
  readonly kernel: string;
  readonly runs: number;
  readonly flops: number;
}

/** Every product and convolution that `work` runs, in order, counted by {@link kernelFlops}. */
export async function countKernels(work: () => Promise<void>): Promise<CountedKernel[]> {
  // tf.profile wants tensors back; the work disposes its own.
  const profile = await tf.profile(async () => {
    await work();
    return [] as unknown as tf.TensorContainer;
  });
  const backend = tf.getBackend();
  return (
    profile.kernels
      // The profile also lists operations with a custom gradient, whose kernels stand beside them.
      .filter(({ name }) => tf.getKernel(name, backend) != null)
      .map(({ name, inputShapes, outputShapes }) => {
        const run = { name, inputShapes, outputShapes };
        return { ...run, flops: kernelFlops(run) };
      })
      .filter(({ flops }) => flops > 0)
  );
}

/** Operations by kernel, the largest share first. */
export function sumByKernel(runs: readonly CountedKernel[]): KernelFlops[] {
  const sums = new Map<string, KernelFlops>();
  for (const { name, flops } of runs) {
    const sum = sums.get(name) ?? { kernel: name, runs: 0, flops: 0 };
    sums.set(name, { kernel: name, runs: sum.runs + 1, flops: sum.flops + flops });
  }
  return [...sums.values()].sort((a, b) => b.flops - a.flops);
}
