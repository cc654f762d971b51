import { type TensorInfo, util } from '@tensorflow/tfjs';
import { registerWasmKernel } from '../register-kernel.ts';

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
      const { backend, pointer } = runtime;
      const reuse = (tensor: TensorInfo): TensorInfo => {
        if (backend.refCount(tensor.dataId) > 1) return runtime.output(tensor.shape);
        backend.incRef(tensor.dataId);
        // Stock kernels (depthwise convolution, PReLU) keep packed copies of weights by tensor id: forget them.
        const { id, memoryOffset } = backend.dataIdMap.get(tensor.dataId);
        backend.wasm.tfjs.disposeData(id);
        backend.wasm.tfjs.registerTensor(id, util.sizeFromShape(tensor.shape), memoryOffset);
        return { dataId: tensor.dataId, shape: tensor.shape, dtype: tensor.dtype };
      };
      const [newW, newM, newV] = [reuse(w), reuse(m), reuse(v)] as const;
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
