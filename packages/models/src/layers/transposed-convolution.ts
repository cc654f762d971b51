import { biasActivation } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import {
  StockTransposedConvolution,
  activationOf,
  onlyTensor,
  weightOf,
  type CallArguments,
} from './stock.ts';

/** The transposed convolution alone, without bias, no padding: (size - 1) stride + kernel. */
function transposedConvolution(layer: tf.layers.Layer, inputs: tf.Tensor | tf.Tensor[]): tf.Tensor4D {
  const { strides } = layer as unknown as { strides: [number, number] };
  const x = onlyTensor(inputs) as tf.Tensor4D;
  const kernel = weightOf(layer, 'kernel').read() as tf.Tensor4D;
  const [batch, height, width] = x.shape;
  const [kernelHeight, kernelWidth, filters] = kernel.shape;
  const shape: [number, number, number, number] = [
    batch,
    (height - 1) * strides[0] + kernelHeight,
    (width - 1) * strides[1] + kernelWidth,
    filters,
  ];
  return tf.conv2dTranspose(x, kernel, shape, strides, 'valid');
}

/** `tf.layers.conv2dTranspose` whose bias and activation are one operation while training. */
export class TransposedConvolution extends StockTransposedConvolution {
  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: CallArguments): tf.Tensor | tf.Tensor[] {
    if (!kwargs.training) return super.call(inputs, kwargs);
    return tf.tidy(() => {
      const bias = weightOf(this, 'bias').read() as tf.Tensor1D;
      return biasActivation(transposedConvolution(this, inputs), bias, activationOf(this));
    });
  }
}

/** The same in front of batch normalisation: see {@link BiasFreeConvolution}. */
export class BiasFreeTransposedConvolution extends StockTransposedConvolution {
  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: CallArguments): tf.Tensor | tf.Tensor[] {
    if (!kwargs.training) return super.call(inputs, kwargs);
    return transposedConvolution(this, inputs);
  }
}
