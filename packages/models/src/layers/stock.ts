import type { FusedActivation, Rng } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';

/** The keyword arguments of a layer's `call`. */
export interface CallArguments {
  readonly training?: boolean;
  /** Where layers that need random numbers while training take them from. */
  readonly rng?: Pick<Rng, 'nextUint32'>;
}

interface StockLayer<Args> {
  new (args: Args): tf.layers.Layer & {
    call(inputs: tf.Tensor | tf.Tensor[], kwargs: CallArguments): tf.Tensor | tf.Tensor[];
  };
  readonly className: string;
}

/*
 * tfjs does not export its layer classes, so they are taken from instances. Layers derived from them keep their class
 * name and configuration: a saved model holds stock layers only, and plain tfjs loads it.
 */
function classOf<Args>(layer: tf.layers.Layer): StockLayer<Args> {
  return layer.constructor as unknown as StockLayer<Args>;
}

export type DenseArguments = Parameters<typeof tf.layers.dense>[0];
export type ConvolutionArguments = Parameters<typeof tf.layers.conv2d>[0];
export type BatchNormalizationArguments = NonNullable<Parameters<typeof tf.layers.batchNormalization>[0]>;
export type DropoutArguments = Parameters<typeof tf.layers.dropout>[0];
export type ReluArguments = NonNullable<Parameters<typeof tf.layers.reLU>[0]>;

export const StockDense = classOf<DenseArguments>(tf.layers.dense({ units: 1 }));
export const StockConvolution = classOf<ConvolutionArguments>(
  tf.layers.conv2d({ filters: 1, kernelSize: 1 }),
);
export const StockTransposedConvolution = classOf<ConvolutionArguments>(
  tf.layers.conv2dTranspose({ filters: 1, kernelSize: 1 }),
);
export const StockBatchNormalization = classOf<BatchNormalizationArguments>(tf.layers.batchNormalization({}));
export const StockDropout = classOf<DropoutArguments>(tf.layers.dropout({ rate: 0 }));
export const StockRelu = classOf<ReluArguments>(tf.layers.reLU());

/** The one tensor of a layer with one input. */
export function onlyTensor(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
  return Array.isArray(inputs) ? inputs[0]! : inputs;
}

/** A layer's weight by its own name, such as `kernel`. */
export function weightOf(layer: tf.layers.Layer, name: string): tf.LayerVariable {
  return (layer as unknown as Record<string, tf.LayerVariable>)[name]!;
}

/** A convolution's bias, if it has one. */
export function biasOf(layer: tf.layers.Layer): tf.LayerVariable | null {
  const { bias } = layer as unknown as { bias?: tf.LayerVariable | null };
  return bias ?? null;
}

/** The activation that the layer was made with. */
export function activationOf(layer: tf.layers.Layer): FusedActivation {
  const { activation } = layer as unknown as { activation: { getClassName(): string } };
  return activation.getClassName() as FusedActivation;
}
