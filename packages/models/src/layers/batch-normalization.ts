import { batchNormRelu } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import {
  StockBatchNormalization,
  StockRelu,
  biasOf,
  onlyTensor,
  weightOf,
  type BatchNormalizationArguments,
  type CallArguments,
} from './stock.ts';

/** PyTorch's defaults, where tfjs has 1e-3 and .99. tfjs's momentum is the share of the old value: PyTorch's is .1. */
const EPSILON = 1e-5;
const MOMENTUM = 0.9;

export interface FusedNormalization {
  /** Whether a {@link FusedRelu} follows and leaves its work to this layer. Default false. */
  readonly relu?: boolean;
  /** The convolution in front, which leaves its bias to this layer: a {@link BiasFreeConvolution}. */
  readonly convolution?: tf.layers.Layer;
}

/**
 * `tf.layers.batchNormalization` that, while training, also applies the ReLU that follows it, in one operation, and
 * stands in for the bias of the convolution before it. The moving variance takes the unbiased estimate of the batch (n -
 * 1 in the denominator), as PyTorch's does; tfjs's own layer takes the biased one. In evaluation mode it is the stock
 * layer.
 */
export class BatchNormalization extends StockBatchNormalization {
  readonly #fused: FusedNormalization;

  constructor(args: BatchNormalizationArguments, fused: FusedNormalization = {}) {
    super({ epsilon: EPSILON, momentum: MOMENTUM, ...args });
    this.#fused = fused;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: CallArguments): tf.Tensor | tf.Tensor[] {
    if (!kwargs.training) return super.call(inputs, kwargs);
    const { relu = false, convolution } = this.#fused;
    return tf.tidy(() => {
      const x = onlyTensor(inputs) as tf.Tensor4D;
      const scale = weightOf(this, 'gamma').read() as tf.Tensor1D;
      const offset = weightOf(this, 'beta').read() as tf.Tensor1D;
      const { y, mean, variance } = batchNormRelu(x, scale, offset, { epsilon: EPSILON, relu });
      // A convolution may have no bias at all.
      const bias = convolution && biasOf(convolution)?.read();
      const count = x.size / x.shape[3];
      follow(weightOf(this, 'movingMean'), bias ? tf.add(mean, bias) : mean);
      follow(weightOf(this, 'movingVariance'), tf.mul(variance, count / Math.max(1, count - 1)));
      return y;
    });
  }
}

/** Moves a moving statistic towards the batch's. */
function follow(statistic: tf.LayerVariable, batch: tf.Tensor): void {
  statistic.write(tf.add(tf.mul(statistic.read(), MOMENTUM), tf.mul(batch, 1 - MOMENTUM)));
}

/**
 * The `tf.layers.reLU` behind a {@link BatchNormalization} that was told of it: in evaluation mode the stock layer; while
 * training its work is already done.
 */
export class FusedRelu extends StockRelu {
  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: CallArguments): tf.Tensor | tf.Tensor[] {
    if (!kwargs.training) return super.call(inputs, kwargs);
    // A reshape to the same shape shares the values; tfjs would copy a tensor that is returned as it came.
    const x = onlyTensor(inputs);
    return tf.reshape(x, x.shape);
  }
}
