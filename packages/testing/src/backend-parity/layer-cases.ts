import * as tf from '@tensorflow/tfjs';
import { normal, uniform, type ParityCase } from './parity-case.ts';

/** A layer's output, its other weights given; and its moving statistics where it has some. */
function applyLayer(
  layer: tf.layers.Layer,
  x: tf.Tensor,
  weights: readonly tf.Tensor[],
  training: boolean,
): tf.Tensor[] {
  layer.build(x.shape);
  layer.setWeights([...weights]);
  const y = layer.apply(x, { training }) as tf.Tensor;
  const moving = layer.nonTrainableWeights.map((weight) => weight.read().clone());
  tf.dispose(layer.weights.map((weight) => weight.read()));
  return [y, ...moving];
}

/** Layers of `tf.layers` that do more than call one operation: batch normalisation keeps moving statistics. */
export const layerCases: readonly ParityCase[] = [true, false].map((training) => ({
  id: `layers.batchNormalization: ${training ? 'training, with moving statistics' : 'inference'}`,
  operation: 'layers.batchNormalization',
  inputs: [normal([3, 4, 2, 5], 1), uniform([5], 0.8, 1.2), normal([5]), normal([5]), uniform([5], 0.5, 2)],
  compute: (x, ...weights) => applyLayer(tf.layers.batchNormalization({}), x!, weights, training),
  // Layers read their weights from variables; only the input can be moved from outside.
  differentiate: [0],
}));
