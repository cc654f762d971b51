import { type TensorInfo } from '@tensorflow/tfjs';
import { registerWasmKernel } from '../register-kernel.ts';
import {
  type ConvolutionAttributes,
  convolutionInfo,
  isEmpty,
  writeGeometry,
} from './convolution-geometry.ts';

/** The two gradients of the depthwise convolution, which the stock backend lacks. */
export function registerDepthwiseGradients(): void {
  registerWasmKernel<
    { dy: TensorInfo; filter: TensorInfo },
    ConvolutionAttributes & { inputShape: number[] }
  >('DepthwiseConv2dNativeBackpropInput', ({ inputs: { dy, filter }, attrs, runtime }) => {
    const info = convolutionInfo(
      'DepthwiseConv2dNativeBackpropInput',
      attrs.inputShape,
      filter.shape,
      attrs,
      true,
    );
    const dx = runtime.output(info.inShape);
    if (isEmpty(dx.shape)) return dx;
    const { kernels, pointer } = runtime;
    kernels.depthwiseInputGradient(pointer(dy), pointer(filter), pointer(dx), writeGeometry(runtime, info));
    return dx;
  });

  registerWasmKernel<{ x: TensorInfo; dy: TensorInfo }, ConvolutionAttributes & { filterShape: number[] }>(
    'DepthwiseConv2dNativeBackpropFilter',
    ({ inputs: { x, dy }, attrs, runtime }) => {
      const info = convolutionInfo(
        'DepthwiseConv2dNativeBackpropFilter',
        x.shape,
        attrs.filterShape,
        attrs,
        true,
      );
      const dw = runtime.output(info.filterShape);
      if (isEmpty(dw.shape)) return dw;
      const { kernels, pointer } = runtime;
      kernels.depthwiseFilterGradient(pointer(x), pointer(dy), pointer(dw), writeGeometry(runtime, info));
      return dw;
    },
  );
}
