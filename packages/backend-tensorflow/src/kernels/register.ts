import { registerBatchNorm } from './batch-norm.ts';
import { registerConvolution } from './convolution.ts';

/** Registers what tfjs-node lacks or has wrong, and what TensorFlow does in one operation instead of several. */
export function registerKernels(): void {
  registerBatchNorm();
  registerConvolution();
}
