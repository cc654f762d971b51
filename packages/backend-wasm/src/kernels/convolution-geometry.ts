import * as tf from '@tensorflow/tfjs';
import { type Runtime } from '../runtime.ts';

/** Attributes of tfjs's 2-D convolution kernels. */
export interface ConvolutionAttributes {
  strides: [number, number] | number;
  pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  dataFormat?: 'NHWC' | 'NCHW';
  dilations?: [number, number] | number;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

type Shape4D = [number, number, number, number];

/** Shapes of a convolution of `inputShape` (NHWC) with `filterShape`. Throws, as the stock kernels do, on NCHW. */
export function convolutionInfo(
  kernelName: string,
  inputShape: number[],
  filterShape: number[],
  attrs: ConvolutionAttributes,
  depthwise = false,
): tf.backend_util.Conv2DInfo {
  if (attrs.dataFormat === 'NCHW') {
    throw new Error(
      `wasm backend ${kernelName} does not support dataFormat: 'channelsFirst' (NCHW). Please use 'channelsLast' (NHWC).`,
    );
  }
  return tf.backend_util.computeConv2DInfo(
    inputShape as Shape4D,
    filterShape as Shape4D,
    attrs.strides,
    attrs.dilations ?? 1,
    attrs.pad,
    attrs.dimRoundingMode,
    depthwise,
    'channelsLast',
  );
}

/** Writes the geometry where the kernels read it (`assembly/geometry.ts`, same order) and returns its address. */
export function writeGeometry(runtime: Runtime, info: tf.backend_util.Conv2DInfo, groups = 1): number {
  const fields = [
    info.batchSize,
    info.inHeight,
    info.inWidth,
    info.inChannels,
    info.filterHeight,
    info.filterWidth,
    info.outChannels,
    info.outHeight,
    info.outWidth,
    info.strideHeight,
    info.strideWidth,
    info.dilationHeight,
    info.dilationWidth,
    info.padInfo.top,
    info.padInfo.bottom,
    info.padInfo.left,
    info.padInfo.right,
    groups,
  ];
  new Int32Array(runtime.backend.wasm.HEAPU8.buffer, runtime.parameters, fields.length).set(fields);
  return runtime.parameters;
}

/** Fills a tensor with zeros: the value of every sum over nothing. */
export function fillZeros(runtime: Runtime, tensor: tf.TensorInfo): tf.TensorInfo {
  const bytes = tf.util.sizeFromShape(tensor.shape) * 4;
  const pointer = runtime.pointer(tensor);
  runtime.backend.wasm.HEAPU8.fill(0, pointer, pointer + bytes);
  return tensor;
}

export function isEmpty(...shapes: number[][]): boolean {
  return shapes.some((shape) => shape.includes(0));
}

export function isFloat(...tensors: (tf.TensorInfo | undefined)[]): boolean {
  return tensors.every((tensor) => tensor === undefined || tensor.dtype === 'float32');
}
