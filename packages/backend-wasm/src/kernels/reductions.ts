import { backend_util, type TensorInfo, util } from '@tensorflow/tfjs';
import { registerWasmKernel } from '../register-kernel.ts';
import { fillZeros, isEmpty, isFloat } from './convolution-geometry.ts';

interface ReductionAttributes {
  axis: number | number[];
  keepDims: boolean;
}

/** Sum and Mean of float32 tensors over neighbouring axes; the rest is left to the stock kernels. */
export function registerReductions(): void {
  for (const kernelName of ['Sum', 'Mean'] as const) {
    registerWasmKernel<{ x: TensorInfo }, ReductionAttributes>(kernelName, (call) => {
      const { x } = call.inputs;
      const { runtime } = call;
      const axes = util.parseAxisParam(call.attrs.axis, x.shape).sort((a, b) => a - b);
      const first = axes[0];
      const last = axes.at(-1);
      if (first === undefined || last === undefined || !isFloat(x) || last - first !== axes.length - 1) {
        return call.stock();
      }
      const size = (from: number, to: number) => util.sizeFromShape(x.shape.slice(from, to));
      const [outer, reduced, inner] = [size(0, first), size(first, last + 1), size(last + 1, x.shape.length)];
      const [outShape] = backend_util.computeOutAndReduceShapes(x.shape, axes);
      const out = runtime.output(
        call.attrs.keepDims ? backend_util.expandShapeToKeepDim(outShape, axes) : outShape,
      );
      if (isEmpty(out.shape)) return out;
      if (reduced === 0 && kernelName === 'Sum') return fillZeros(runtime, out);
      const { kernels, pointer } = runtime;
      const workspace = runtime.workspace(kernels.sumWorkspace(inner));
      const scale = kernelName === 'Mean' ? 1 / reduced : 1;
      kernels.sum(pointer(x), pointer(out), outer, reduced, inner, scale, workspace);
      return out;
    });
  }
}
