import { type TensorInfo } from '@tensorflow/tfjs';
import { registerWasmKernel } from '../register-kernel.ts';
import { type Runtime } from '../runtime.ts';
import { winogradTile, type Direction } from './convolution-algorithm.ts';
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

const KERNELS = {
  forward: ['convolutionForward', 'winogradForward'],
  'input-gradient': ['convolutionInputGradient', 'winogradInputGradient'],
  'filter-gradient': ['convolutionFilterGradient', 'winogradFilterGradient'],
} as const;

/** Runs one direction with the faster algorithm: two operands in, `out` filled. */
function convolve(
  runtime: Runtime,
  direction: Direction,
  info: Info,
  [a, b]: readonly [TensorInfo, TensorInfo],
  out: TensorInfo,
): TensorInfo {
  const { kernels } = runtime;
  const [direct, winograd] = KERNELS[direction];
  const tile = runtime.winograd ? winogradTile(info, direction) : 0;
  const geometry = writeGeometry(runtime, info);
  const bytes = tile ? kernels.winogradWorkspace(geometry, tile) : kernels.convolutionWorkspace(geometry);
  const workspace = runtime.workspace(bytes);
  const pointers = [runtime.pointer(a), runtime.pointer(b), runtime.pointer(out)] as const;
  if (tile) kernels[winograd](...pointers, geometry, tile, workspace);
  else kernels[direct](...pointers, geometry, workspace);
  return out;
}

function forward(runtime: Runtime, x: TensorInfo, filter: TensorInfo, info: Info): TensorInfo {
  const y = runtime.output(info.outShape);
  if (isEmpty(y.shape)) return y;
  if (isEmpty(x.shape, filter.shape)) return fillZeros(runtime, y);
  return convolve(runtime, 'forward', info, [x, filter], y);
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
    return convolve(runtime, 'input-gradient', info, [dy, filter], dx);
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
      return convolve(runtime, 'filter-gradient', info, [x, dy], dw);
    },
  );
}
