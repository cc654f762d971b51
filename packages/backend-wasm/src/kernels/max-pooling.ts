import { backend_util, type TensorInfo } from '@tensorflow/tfjs';
import { registerWasmKernel } from '../register-kernel.ts';
import { isEmpty, isFloat, writeGeometry } from './convolution-geometry.ts';

interface PoolAttributes {
  filterSize: [number, number] | number;
  strides: [number, number] | number;
  pad: 'valid' | 'same' | number | backend_util.ExplicitPadding;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** MaxPoolGrad, with ties as on the cpu backend. */
export function registerMaxPoolGradient(): void {
  registerWasmKernel<{ dy: TensorInfo; input: TensorInfo }, PoolAttributes>('MaxPoolGrad', (call) => {
    const { dy, input } = call.inputs;
    const { filterSize, strides, pad, dimRoundingMode } = call.attrs;
    if (!isFloat(dy, input)) return call.stock();
    const shape = input.shape as [number, number, number, number];
    const info = backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
    const dx = call.runtime.output(input.shape);
    if (isEmpty(dx.shape)) return dx;
    const { kernels, pointer } = call.runtime;
    kernels.maxPoolGradient(pointer(dy), pointer(input), pointer(dx), writeGeometry(call.runtime, info));
    return dx;
  });
}
