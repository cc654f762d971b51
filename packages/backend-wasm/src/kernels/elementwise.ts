import { type TensorInfo, util } from '@tensorflow/tfjs';
import { registerWasmKernel } from '../register-kernel.ts';

/**
 * Sigmoid (stock exponentials are slow) and leaky ReLU (stock: by comparison and branch), their gradients and ReLU's in one pass, and
 * Identity by reference.
 *
 * tfjs clones every tensor it saves for the backward pass; the stock Identity copies it. Data is shared here as on the cpu backend:
 * no kernel writes to its inputs, and `ParetrainAdam`, which may, first makes sure that nothing else refers to them.
 */
export function registerElementwise(): void {
  registerWasmKernel<{ x: TensorInfo }, object>('Identity', (call) => {
    const { x } = call.inputs;
    if (x.dtype === 'string') return call.stock();
    call.runtime.backend.incRef(x.dataId);
    return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
  });

  registerWasmKernel<{ x: TensorInfo }, object>('Sigmoid', (call) => {
    const { x } = call.inputs;
    if (x.dtype !== 'float32') return call.stock();
    const y = call.runtime.output(x.shape);
    const { kernels, pointer } = call.runtime;
    kernels.sigmoid(pointer(x), pointer(y), util.sizeFromShape(x.shape));
    return y;
  });

  registerWasmKernel<{ dy: TensorInfo; y: TensorInfo }, object>(
    'ParetrainSigmoidGrad',
    ({ inputs: { dy, y }, runtime }) => {
      const dx = runtime.output(y.shape);
      const { kernels, pointer } = runtime;
      kernels.sigmoidGradient(pointer(dy), pointer(y), pointer(dx), util.sizeFromShape(y.shape));
      return dx;
    },
  );

  registerWasmKernel<{ dy: TensorInfo; x: TensorInfo }, object>(
    'ParetrainReluGrad',
    ({ inputs: { dy, x }, runtime }) => {
      const dx = runtime.output(x.shape);
      const { kernels, pointer } = runtime;
      kernels.reluGradient(pointer(dy), pointer(x), pointer(dx), util.sizeFromShape(x.shape));
      return dx;
    },
  );

  registerWasmKernel<{ x: TensorInfo }, { alpha: number }>('LeakyRelu', (call) => {
    const { x } = call.inputs;
    if (x.dtype !== 'float32') return call.stock();
    const y = call.runtime.output(x.shape);
    const { kernels, pointer } = call.runtime;
    kernels.leakyRelu(pointer(x), pointer(y), util.sizeFromShape(x.shape), call.attrs.alpha);
    return y;
  });

  registerWasmKernel<{ dy: TensorInfo; x: TensorInfo }, { alpha: number }>(
    'ParetrainLeakyReluGrad',
    ({ inputs: { dy, x }, attrs, runtime }) => {
      const dx = runtime.output(x.shape);
      const { kernels, pointer } = runtime;
      const size = util.sizeFromShape(x.shape);
      kernels.leakyReluGradient(pointer(dy), pointer(x), pointer(dx), size, attrs.alpha);
      return dx;
    },
  );
}
