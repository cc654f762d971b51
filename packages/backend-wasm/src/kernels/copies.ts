import { backend_util, slice_util, util, type TensorInfo } from '@tensorflow/tfjs';
import { registerWasmKernel } from '../register-kernel.ts';
import { type Runtime } from '../runtime.ts';
import { isEmpty, isFloat } from './convolution-geometry.ts';

/** Where a box of values lies in a tensor of floats. */
interface Place {
  readonly tensor: TensorInfo;
  readonly begin: readonly number[];
}

/** Copies the values of a box of `size` from one tensor to another, as few and as long runs as there are. */
function copyBox(runtime: Runtime, from: Place, to: Place, size: readonly number[]): void {
  if (size.includes(0)) return;
  const whole = (axis: number) => [from, to].every(({ tensor }) => tensor.shape[axis] === size[axis]);
  let runAxis = Math.max(0, size.length - 1);
  while (runAxis > 0 && whole(runAxis)) runAxis--;
  // One call copies all runs that lie at one distance: those of the axis before, and of the axes before that while they are whole.
  let rowAxis = Math.max(0, runAxis - 1);
  while (rowAxis > 0 && whole(rowAxis)) rowAxis--;
  const run = util.sizeFromShape(size.slice(runAxis));
  const rows = util.sizeFromShape(size.slice(rowAxis, runAxis));
  const calls = util.sizeFromShape(size.slice(0, rowAxis));
  const distance = ({ tensor }: Place, axis: number) => util.sizeFromShape(tensor.shape.slice(axis));
  const start = (place: Place, index: readonly number[]) => {
    const floats = size.reduce(
      (sum, _, axis) => sum + (place.begin[axis]! + (index[axis] ?? 0)) * distance(place, axis + 1),
      0,
    );
    return runtime.pointer(place.tensor) + floats * 4;
  };
  const indexStrides = util.computeStrides(size.slice(0, rowAxis));
  for (let call = 0; call < calls; call++) {
    const index = rowAxis > 0 ? util.indexToLoc(call, rowAxis, indexStrides) : [];
    runtime.kernels.copyRuns(
      start(from, index),
      distance(from, runAxis) * 4,
      start(to, index),
      distance(to, runAxis) * 4,
      run * 4,
      rows,
    );
  }
}

/** Slices, paddings and concatenations of floats, whose stock kernels copy run by run in JavaScript or value by value. */
export function registerCopies(): void {
  registerWasmKernel<{ x: TensorInfo }, { begin: number | number[]; size: number | number[] }>(
    'Slice',
    ({ inputs: { x }, attrs, runtime, stock }) => {
      if (!isFloat(x)) return stock();
      const [begin, size] = slice_util.parseSliceParams(x, attrs.begin, attrs.size);
      if (util.arraysEqual(size, x.shape)) return stock(); // the same tensor
      slice_util.assertParamsValid(x, begin, size);
      const out = runtime.output(size);
      copyBox(runtime, { tensor: x, begin }, { tensor: out, begin: size.map(() => 0) }, size);
      return out;
    },
  );

  registerWasmKernel<{ x: TensorInfo }, { paddings: [number, number][]; constantValue: number }>(
    'PadV2',
    ({ inputs: { x }, attrs: { paddings, constantValue }, runtime, stock }) => {
      if (!isFloat(x) || x.shape.length === 0) return stock();
      const out = runtime.output(x.shape.map((size, axis) => size + paddings[axis]![0] + paddings[axis]![1]));
      if (isEmpty(out.shape)) return out;
      const { buffer } = runtime.backend.wasm.HEAPU8;
      new Float32Array(buffer, runtime.pointer(out), util.sizeFromShape(out.shape)).fill(constantValue);
      const begin = paddings.map(([before]) => before);
      copyBox(runtime, { tensor: x, begin: begin.map(() => 0) }, { tensor: out, begin }, x.shape);
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
    const begin = out.shape.map(() => 0);
    for (const input of inputs) {
      copyBox(
        runtime,
        { tensor: input, begin: begin.map(() => 0) },
        { tensor: out, begin: [...begin] },
        input.shape,
      );
      begin[axis]! += input.shape[axis]!;
    }
    return out;
  });
}
