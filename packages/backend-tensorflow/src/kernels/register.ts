import { registerConvolution } from './convolution.ts';

/** Registers what tfjs-node lacks or has wrong, in comparison with the `cpu` backend. */
export function registerKernels(): void {
  registerConvolution();
}
