import { backend_util, slice_util, util, type TensorInfo } from '@tensorflow/tfjs';
import { registerWasmKernel } from '../register-kernel.ts';
import { type Runtime } from '../runtime.ts';
import { isEmpty, isFloat } from './convolution-geometry.ts';

/** A tensor cut at one axis: `count` runs of `stride` floats. */
const cut = (shape: readonly number[], axis: number) => ({
  count: util.sizeFromShape(shape.slice(0, axis)),
  stride: util.sizeFromShape(shape.slice(axis)),
});

function copy(
  runtime: Runtime,
  from: { pointer: number; stride: number },
  to: { pointer: number; stride: number },
  run: number,
  count: number,
): void {
  if (run === 0 || count === 0) return;
  runtime.kernels.copyRuns(from.pointer, from.stride * 4, to.pointer, to.stride * 4, run * 4, count);
}

/** Slices and concatenations of floats along one axis, whose stock kernels copy run by run in JavaScript. */
export function registerCopies(): void {
  registerWasmKernel<{ x: TensorInfo }, { begin: number | number[]; size: number | number[] }>(
    'Slice',
    (call) => {
      const { x } = call.inputs;
      if (!isFloat(x)) return call.stock();
      const [begin, size] = slice_util.parseSliceParams(x, call.attrs.begin, call.attrs.size);
      const cutAxes = size.flatMap((length, axis) => (length === x.shape[axis] ? [] : [axis]));
      const axis = cutAxes[0];
      if (axis === undefined || cutAxes.length > 1) return call.stock();
      const { runtime } = call;
      const out = runtime.output(size);
      if (isEmpty(size)) return out;
      const { count, stride } = cut(x.shape, axis);
      const inner = util.sizeFromShape(x.shape.slice(axis + 1));
      const run = size[axis]! * inner;
      const from = { pointer: runtime.pointer(x) + begin[axis]! * inner * 4, stride };
      copy(runtime, from, { pointer: runtime.pointer(out), stride: run }, run, count);
      return out;
    },
  );

  registerWasmKernel<TensorInfo[], { axis: number }>('Concat', (call) => {
    const inputs = Object.values(call.inputs);
    const [first] = inputs;
    if (!first || !isFloat(...inputs)) return call.stock();
    const axis = util.parseAxisParam(call.attrs.axis, first.shape)[0]!;
    const shapes = inputs.map(({ shape }) => shape);
    backend_util.assertParamsConsistent(shapes, axis);
    const { runtime } = call;
    const out = runtime.output(backend_util.computeOutShape(shapes, axis));
    const { count, stride } = cut(out.shape, axis);
    let offset = 0;
    for (const input of inputs) {
      const run = util.sizeFromShape(input.shape.slice(axis));
      const to = { pointer: runtime.pointer(out) + offset * 4, stride };
      copy(runtime, { pointer: runtime.pointer(input), stride: run }, to, run, count);
      offset += run;
    }
    return out;
  });
}
