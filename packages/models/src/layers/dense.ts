import { biasActivation } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { StockDense, activationOf, onlyTensor, weightOf, type CallArguments } from './stock.ts';

/** `tf.layers.dense` whose bias and activation are one operation, forward and backward, while training. */
export class Dense extends StockDense {
  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: CallArguments): tf.Tensor | tf.Tensor[] {
    if (!kwargs.training) return super.call(inputs, kwargs);
    return tf.tidy(() => {
      const x = onlyTensor(inputs) as tf.Tensor2D;
      const product = tf.matMul(x, weightOf(this, 'kernel').read() as tf.Tensor2D);
      return biasActivation(product, weightOf(this, 'bias').read() as tf.Tensor1D, activationOf(this));
    });
  }
}
