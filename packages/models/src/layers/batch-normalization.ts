import { batchNormRelu, movingStatistics } from '@paretrain/core';
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
      const { y, ...batch } = batchNormRelu(x, scale, offset, { epsilon: EPSILON, relu });
      const [mean, variance] = [weightOf(this, 'movingMean'), weightOf(this, 'movingVariance')];
      const moving = { mean: mean.read() as tf.Tensor1D, variance: variance.read() as tf.Tensor1D };
      // A convolution may have no bias at all.
      const bias = (convolution && biasOf(convolution)?.read()) as tf.Tensor1D | undefined;
      const options = { momentum: MOMENTUM, count: x.size / x.shape[3], bias };
      const moved = movingStatistics(moving, batch, options);
      mean.write(moved.mean);
      variance.write(moved.variance);
      return y;
    });
  }
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
