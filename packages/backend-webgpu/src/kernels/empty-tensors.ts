import * as tf from '@tensorflow/tfjs';
import { registerWebgpuKernel } from '../register-kernel.ts';
import type { TrainingBackend } from '../training-backend.ts';

type Tensors = Readonly<Record<string, tf.TensorInfo>>;
type Attributes = Readonly<Record<string, never>>;

/** The shape of a kernel's output, from its inputs and attributes. */
type OutputShape = (inputs: Tensors, attrs: Attributes) => readonly number[];

const convolved: OutputShape = ({ x, filter }, { strides, pad, dilations, dimRoundingMode }) =>
  tf.backend_util.computeConv2DInfo(
    x!.shape as [number, number, number, number],
    filter!.shape as [number, number, number, number],
    strides,
    dilations,
    pad,
    dimRoundingMode,
  ).outShape;

const pooled: OutputShape = ({ x }, { filterSize, strides, pad, dimRoundingMode }) =>
  tf.backend_util.computePool2DInfo(
    x!.shape as [number, number, number, number],
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  ).outShape;

const reduced: OutputShape = ({ x }, { axis, keepDims }) => {
  const axes = tf.util.parseAxisParam(axis, x!.shape);
  const [shape] = tf.backend_util.computeOutAndReduceShapes(x!.shape, axes);
  return keepDims ? tf.backend_util.expandShapeToKeepDim(shape, axes) : shape;
};

const multiplied: OutputShape = ({ a, b }, { transposeA, transposeB }) => {
  const [first, second] = [a!.shape, b!.shape];
  return [
    ...tf.broadcast_util.assertAndGetBroadcastShape(first.slice(0, -2), second.slice(0, -2)),
    first.at(transposeA ? -1 : -2)!,
    second.at(transposeB ? -2 : -1)!,
  ];
};

/** Kernels that fail on empty inputs, and the shape of their output: zeros, since sums of nothing are. */
const KERNELS: Readonly<Record<string, OutputShape>> = {
  AvgPool: pooled,
  AvgPoolGrad: ({ input }) => input!.shape,
  BatchMatMul: multiplied,
  Conv2D: convolved,
  Conv2DBackpropFilter: (_inputs, { filterShape }) => filterShape,
  Conv2DBackpropInput: (_inputs, { inputShape }) => inputShape,
  MaxPool: pooled,
  MaxPoolGrad: ({ input }) => input!.shape,
  Sum: reduced,
};

/** Lets kernels take empty batches; registered last, in front of this package's own kernels too. */
export function registerEmptyTensors(): void {
  for (const [kernelName, outputShape] of Object.entries(KERNELS)) {
    registerWebgpuKernel<Tensors, Attributes>(kernelName, ({ inputs, attrs, backend, stock }) => {
      const tensors = Object.values(inputs);
      if (tensors.every(({ shape }) => tf.util.sizeFromShape(shape) > 0)) return stock();
      return zeros(backend, outputShape(inputs, attrs), tensors[0]!.dtype);
    });
  }
}

function zeros(backend: TrainingBackend, shape: readonly number[], dtype: tf.DataType): tf.TensorInfo {
  const values = tf.util.makeZerosTypedArray(tf.util.sizeFromShape([...shape]), dtype as 'float32');
  return backend.makeTensorInfo([...shape], dtype, values);
}
