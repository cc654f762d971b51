import { type TensorInfo } from '@tensorflow/tfjs';
import { registerWasmKernel } from '../register-kernel.ts';
import { type Runtime } from '../runtime.ts';
import { finishFused, knowsActivation, type FusedAttributes, type FusedInputs } from './bias-activation.ts';
import {
  type ConvolutionAttributes,
  convolutionInfo,
  fillZeros,
  isEmpty,
  isFloat,
  writeGeometry,
} from './convolution-geometry.ts';

type Info = ReturnType<typeof convolutionInfo>;

function forward(runtime: Runtime, x: TensorInfo, filter: TensorInfo, info: Info): TensorInfo {
  const y = runtime.output(info.outShape);
  if (isEmpty(y.shape)) return y;
  if (isEmpty(x.shape, filter.shape)) return fillZeros(runtime, y);
  const geometry = writeGeometry(runtime, info);
  const workspace = runtime.workspace(runtime.kernels.convolutionWorkspace(geometry));
  runtime.kernels.convolutionForward(
    runtime.pointer(x),
    runtime.pointer(filter),
    runtime.pointer(y),
    geometry,
    workspace,
  );
  return y;
}

/** Conv2D, FusedConv2D and both gradients (`Conv2DBackpropInput` is also the transposed convolution). */
export function registerConvolutions(): void {
  registerWasmKernel<{ x: TensorInfo; filter: TensorInfo }, ConvolutionAttributes>('Conv2D', (call) => {
    const { x, filter } = call.inputs;
    if (!isFloat(x, filter)) return call.stock();
    return forward(call.runtime, x, filter, convolutionInfo('Conv2D', x.shape, filter.shape, call.attrs));
  });

  registerWasmKernel<
    FusedInputs & { x: TensorInfo; filter: TensorInfo },
    ConvolutionAttributes & FusedAttributes
  >('FusedConv2D', (call) => {
    const { x, filter, bias } = call.inputs;
    if (!isFloat(x, filter, bias) || !knowsActivation(call.attrs.activation)) return call.stock();
    const info = convolutionInfo('FusedConv2D', x.shape, filter.shape, call.attrs);
    if (bias && bias.shape.length > 1 && bias.shape.at(-1) !== info.outChannels) return call.stock();
    const y = forward(call.runtime, x, filter, info);
    return finishFused(call.runtime, y, call.inputs, info.outChannels, call.attrs);
  });

  registerWasmKernel<
    { dy: TensorInfo; filter: TensorInfo },
    ConvolutionAttributes & { inputShape: number[] }
  >('Conv2DBackpropInput', (call) => {
    const { dy, filter } = call.inputs;
    const { runtime } = call;
    if (!isFloat(dy, filter)) return call.stock();
    const info = convolutionInfo('Conv2DBackpropInput', call.attrs.inputShape, filter.shape, call.attrs);
    const dx = runtime.output(info.inShape);
    if (isEmpty(dx.shape)) return dx;
    if (isEmpty(dy.shape, filter.shape)) return fillZeros(runtime, dx);
    const geometry = writeGeometry(runtime, info);
    const workspace = runtime.workspace(runtime.kernels.convolutionWorkspace(geometry));
    runtime.kernels.convolutionInputGradient(
      runtime.pointer(dy),
      runtime.pointer(filter),
      runtime.pointer(dx),
      geometry,
      workspace,
    );
    return dx;
  });

  registerWasmKernel<{ x: TensorInfo; dy: TensorInfo }, ConvolutionAttributes & { filterShape: number[] }>(
    'Conv2DBackpropFilter',
    (call) => {
      const { x, dy } = call.inputs;
      const { runtime } = call;
      if (!isFloat(x, dy)) return call.stock();
      const info = convolutionInfo('Conv2DBackpropFilter', x.shape, call.attrs.filterShape, call.attrs);
      const dw = runtime.output(info.filterShape);
      if (isEmpty(dw.shape)) return dw;
      if (isEmpty(x.shape, dy.shape)) return fillZeros(runtime, dw);
      const geometry = writeGeometry(runtime, info);
      const workspace = runtime.workspace(runtime.kernels.convolutionWorkspace(geometry));
      runtime.kernels.convolutionFilterGradient(
        runtime.pointer(x),
        runtime.pointer(dy),
        runtime.pointer(dw),
        geometry,
        workspace,
      );
      return dw;
    },
  );
}
