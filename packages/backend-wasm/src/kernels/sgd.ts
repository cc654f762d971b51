import { type TensorInfo, util } from '@tensorflow/tfjs';
import { registerWasmKernel } from '../register-kernel.ts';
import { reuse } from './reuse.ts';

/** Attributes of `ParetrainSgd`. */
export interface SgdAttributes {
  learningRate: number;
  momentum: number;
  weightDecay: number;
}

/**
 * `ParetrainSgd`: weights w, gradient g and, with momentum, the buffer b (all of one shape) -> new w and, with momentum, new b. Consumes w
 * and b as `ParetrainAdam` consumes its inputs.
 */
export function registerSgd(): void {
  registerWasmKernel<{ w: TensorInfo; g: TensorInfo; b?: TensorInfo }, SgdAttributes>(
    'ParetrainSgd',
    ({ inputs: { w, g, b }, attrs, runtime }) => {
      const { kernels, pointer } = runtime;
      const newW = reuse(runtime, w);
      const newB = b && reuse(runtime, b);
      kernels.sgd(
        pointer(w),
        pointer(g),
        b ? pointer(b) : 0,
        pointer(newW),
        newB ? pointer(newB) : 0,
        util.sizeFromShape(w.shape),
        attrs.learningRate,
        attrs.momentum,
        attrs.weightDecay,
      );
      return newB ? [newW, newB] : [newW];
    },
  );
}
