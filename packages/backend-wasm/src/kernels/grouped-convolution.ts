import { type TensorInfo } from '@tensorflow/tfjs';
import { registerWasmKernel } from '../register-kernel.ts';
import { type Runtime } from '../runtime.ts';
import {
  convolutionInfo,
  fillZeros,
  isEmpty,
  writeGeometry,
  type ConvolutionAttributes,
} from './convolution-geometry.ts';

type Attributes = ConvolutionAttributes & { groups: number };
type Info = ReturnType<typeof convolutionInfo>;

const KERNELS = {
  forward: 'groupedConvolutionForward',
  'input-gradient': 'groupedConvolutionInputGradient',
  'filter-gradient': 'groupedConvolutionFilterGradient',
} as const;

/** Shapes as those of an ungrouped convolution of all channels; the filter is [height, width, C / groups, O]. */
function groupedInfo(name: string, inputShape: number[], filterShape: number[], attrs: Attributes): Info {
  const [height, width, , filters] = filterShape as [number, number, number, number];
  return convolutionInfo(name, inputShape, [height, width, inputShape[3]!, filters], attrs);
}

function run(
  runtime: Runtime,
  direction: keyof typeof KERNELS,
  info: Info,
  groups: number,
  [a, b]: readonly [TensorInfo, TensorInfo],
  shape: number[],
): TensorInfo {
  const out = runtime.output(shape);
  if (isEmpty(shape)) return out;
  if (isEmpty(a.shape, b.shape)) return fillZeros(runtime, out);
  const geometry = writeGeometry(runtime, info, groups);
  const workspace = runtime.workspace(runtime.kernels.groupedConvolutionWorkspace(geometry));
  runtime.kernels[KERNELS[direction]](
    runtime.pointer(a),
    runtime.pointer(b),
    runtime.pointer(out),
    geometry,
    workspace,
  );
  return out;
}

/** The grouped convolution of `@paretrain/core` and its two gradients. */
export function registerGroupedConvolutions(): void {
  registerWasmKernel<{ x: TensorInfo; filter: TensorInfo }, Attributes>(
    'ParetrainGroupedConv2D',
    ({ runtime, inputs: { x, filter }, attrs }) => {
      const info = groupedInfo('ParetrainGroupedConv2D', x.shape, filter.shape, attrs);
      return run(runtime, 'forward', info, attrs.groups, [x, filter], info.outShape);
    },
  );

  registerWasmKernel<{ dy: TensorInfo; filter: TensorInfo }, Attributes & { inputShape: number[] }>(
    'ParetrainGroupedConv2DBackpropInput',
    ({ runtime, inputs: { dy, filter }, attrs }) => {
      const info = groupedInfo('ParetrainGroupedConv2DBackpropInput', attrs.inputShape, filter.shape, attrs);
      return run(runtime, 'input-gradient', info, attrs.groups, [dy, filter], info.inShape);
    },
  );

  registerWasmKernel<{ x: TensorInfo; dy: TensorInfo }, Attributes & { filterShape: number[] }>(
    'ParetrainGroupedConv2DBackpropFilter',
    ({ runtime, inputs: { x, dy }, attrs }) => {
      const info = groupedInfo('ParetrainGroupedConv2DBackpropFilter', x.shape, attrs.filterShape, attrs);
      return run(runtime, 'filter-gradient', info, attrs.groups, [x, dy], attrs.filterShape);
    },
  );
}
