import * as tf from '@tensorflow/tfjs';
import { CHANNELS, CONV1, CONV2, POOL, WEIGHT_SHAPES, type WeightName } from './alexnet-architecture.ts';
import type { AlexnetWeights } from './alexnet-weights.ts';

export interface AlexnetFeaturesOptions {
  /** Weights to begin with; zeros where there are none. */
  readonly weights?: AlexnetWeights;
  /** Whether a sigmoid follows the second ReLU, as in papers 000 and 001. Default true. */
  readonly sigmoid?: boolean;
  /** Whether training changes the weights. Default false. */
  readonly trainable?: boolean;
}

/**
 * The first five modules of torchvision's AlexNet as a `tf.layers` model: 64 filters 11x11 stride 4 padding 2, ReLU, max-pool
 * 3x3 stride 2, 192 filters 5x5 padding 2, ReLU, and a sigmoid. 330,688 weights.
 *
 * Input [batch, height, width, 3], pixels in [0, 1] without any normalisation, sides from 15; output [batch, rows, columns,
 * 192], 7x7 positions for 64x64 pixels and 11x11 for 96x96.
 */
export function alexnetFeatures(options: AlexnetFeaturesOptions = {}): tf.LayersModel {
  const { weights, sigmoid = true, trainable = false } = options;
  const input = tf.input({ shape: [null, null, CHANNELS], name: 'image' });
  const layers: tf.layers.Layer[] = [
    tf.layers.zeroPadding2d({ name: 'padding1', padding: CONV1.padding }),
    /*
     * ReLU belongs to the convolutions: tfjs then differentiates convolution, bias and ReLU one by one and skips the
     * filter's gradient, which nobody asks for here. A linear convolution with a layer behind would compute it always.
     */
    tf.layers.conv2d({
      name: 'features.0',
      filters: CONV1.filters,
      kernelSize: CONV1.kernel,
      strides: CONV1.stride,
      activation: 'relu',
      kernelInitializer: 'zeros',
    }),
    tf.layers.maxPooling2d({ name: 'features.2', poolSize: POOL.size, strides: POOL.stride }),
    // At stride 1 'same' pads (5 - 1) / 2 = 2 on every side.
    tf.layers.conv2d({
      name: 'features.3',
      filters: CONV2.filters,
      kernelSize: CONV2.kernel,
      padding: 'same',
      activation: 'relu',
      kernelInitializer: 'zeros',
    }),
    ...(sigmoid ? [tf.layers.activation({ name: 'sigmoid', activation: 'sigmoid' })] : []),
  ];
  let x = input;
  for (const layer of layers) x = layer.apply(x) as tf.SymbolicTensor;
  const model = tf.model({ name: 'alexnet-features', inputs: input, outputs: x });
  if (weights) setAlexnetWeights(model, weights);
  model.trainable = trainable;
  return model;
}

/** Puts weights in PyTorch's order (output, input, height, width) into a model of {@link alexnetFeatures}. */
function setAlexnetWeights(model: tf.LayersModel, weights: AlexnetWeights): void {
  tf.tidy(() => {
    for (const layer of ['features.0', 'features.3'] as const) {
      const [outputs, inputs, height, width] = WEIGHT_SHAPES[`${layer}.weight`];
      const kernel = tf.tensor4d(weights[`${layer}.weight`], [outputs, inputs, height, width]);
      const bias = tf.tensor1d(weights[`${layer}.bias`]);
      model.getLayer(layer).setWeights([tf.transpose(kernel, [2, 3, 1, 0]), bias]);
    }
  });
}

/** The weights of a model of {@link alexnetFeatures}, in PyTorch's order. */
export async function getAlexnetWeights(model: tf.LayersModel): Promise<AlexnetWeights> {
  const weights = {} as Record<WeightName, Float32Array>;
  for (const layer of ['features.0', 'features.3'] as const) {
    const [kernel, bias] = model.getLayer(layer).getWeights() as [tf.Tensor4D, tf.Tensor1D];
    const transposed = tf.transpose(kernel, [3, 2, 0, 1]);
    weights[`${layer}.weight`] = (await transposed.data()) as Float32Array;
    weights[`${layer}.bias`] = (await bias.data()) as Float32Array;
    transposed.dispose();
  }
  return weights;
}
