import { type TensorInfo, util } from '@tensorflow/tfjs';
import { registerWasmKernel } from '../register-kernel.ts';
import { reuse } from './reuse.ts';

/** Attributes of `ParetrainAdam`; `beta1Power` is beta1^t after this, the t-th, update. */
export interface AdamAttributes {
  learningRate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  beta1Power: number;
  beta2Power: number;
}

/**
 * `ParetrainAdam`: weights w, gradient g, moments m and v (all of one shape) -> new w, m, v.
 *
 * The kernel consumes w, m and v: the memory of one that nothing else refers to is updated in place and comes back as the
 * output (as a second reference), which halves the memory traffic; one that is shared (a clone, a snapshot) is left alone and a new
 * tensor is made. Callers assign the outputs to their variables and dispose of them.
 */
export function registerAdam(): void {
  registerWasmKernel<Record<'w' | 'g' | 'm' | 'v', TensorInfo>, AdamAttributes>(
    'ParetrainAdam',
    ({ inputs: { w, g, m, v }, attrs, runtime }) => {
      const { pointer } = runtime;
      const [newW, newM, newV] = [reuse(runtime, w), reuse(runtime, m), reuse(runtime, v)] as const;
      const correction = Math.sqrt(1 - attrs.beta2Power);
      runtime.kernels.adam(
        pointer(w),
        pointer(g),
        pointer(m),
        pointer(v),
        pointer(newW),
        pointer(newM),
        pointer(newV),
        util.sizeFromShape(w.shape),
        attrs.beta1,
        attrs.beta2,
        1 - attrs.beta1,
        1 - attrs.beta2,
        (attrs.learningRate * correction) / (1 - attrs.beta1Power),
        attrs.epsilon * correction,
      );
      return [newW, newM, newV];
    },
  );
}
