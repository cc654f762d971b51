import * as tf from '@tensorflow/tfjs';
import { StockConvolution, onlyTensor, weightOf, type CallArguments } from './stock.ts';

/**
 * `tf.layers.conv2d` in front of a {@link BatchNormalization}. While training it leaves its bias out: batch
 * normalisation subtracts it again with the mean, so its true gradient is zero, and the layer behind adds it to the
 * moving mean. The bias keeps its initial value (optimisers that follow rounding errors, as PyTorch's, let it drift,
 * without any effect).
 */
export class BiasFreeConvolution extends StockConvolution {
  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: CallArguments): tf.Tensor | tf.Tensor[] {
    if (!kwargs.training) return super.call(inputs, kwargs);
    const { strides, padding } = this as unknown as { strides: [number, number]; padding: 'valid' | 'same' };
    const kernel = weightOf(this, 'kernel').read() as tf.Tensor4D;
    return tf.conv2d(onlyTensor(inputs) as tf.Tensor4D, kernel, strides, padding);
  }
}
