import * as tf from '@tensorflow/tfjs';
import { checkClassifier, type ClassifierOptions } from './classifier-options.ts';
import { initializeWeights } from './initialization.ts';
import { BatchNormalization, FusedRelu } from './layers/batch-normalization.ts';
import { Dense } from './layers/dense.ts';

/** Channels that every block adds. */
const GROWTH = 32;
/** Blocks of each stage. */
const STAGES = [6, 12, 24, 16] as const;
/** Filters of the 1x1 convolution in front of a block's 3x3 one, by the growth. */
const BOTTLENECK = 4;

/**
 * DenseNet-121 for small images (Huang et al. 2017, as usually adapted to CIFAR): a 3x3 convolution with 64 filters, four stages
 * of 6, 12, 24 and 16 blocks with transitions between them (a 1x1 convolution to half the channels, average pooling 2x2), batch
 * normalisation and ReLU, global average pooling, one dense layer. 6,956,298 parameters for 3 channels and 10 classes.
 *
 * A block normalises, rectifies and convolves twice, 1x1 to 128 channels and 3x3 to 32, which it puts behind its input.
 *
 * Input [batch, height, width, channels], sides from 8 pixels; output [batch, classes], logits: the softmax belongs to the loss.
 *
 * @throws {ConfigurationError} on a smaller image or a number of classes below 1
 */
export function densenet121(options: ClassifierOptions): tf.LayersModel {
  const { image, classes, rng, initialization } = options;
  checkClassifier('densenet121', options, 2 ** (STAGES.length - 1));
  const input = tf.input({ shape: [image.height, image.width, image.channels], name: 'image' });
  let x = convolution(input, 'stem.convolution', 2 * GROWTH, 3);
  STAGES.forEach((blocks, i) => {
    const stage = `stage${i + 1}`;
    for (let block = 1; block <= blocks; block++) x = denseBlock(x, `${stage}.block${block}`);
    if (i < STAGES.length - 1) x = transition(x, `${stage}.transition`);
  });
  x = rectified(x, 'last');
  x = tf.layers.globalAveragePooling2d({ name: 'pool' }).apply(x) as tf.SymbolicTensor;
  const logits = new Dense({ name: 'logits', units: classes, kernelInitializer: 'zeros' }).apply(x);
  const model = tf.model({ name: 'densenet121', inputs: input, outputs: logits as tf.SymbolicTensor });
  initializeWeights(model, rng, initialization);
  return model;
}

function denseBlock(x: tf.SymbolicTensor, name: string): tf.SymbolicTensor {
  let y = convolution(rectified(x, `${name}.conv1`), `${name}.conv1.convolution`, BOTTLENECK * GROWTH, 1);
  y = convolution(rectified(y, `${name}.conv2`), `${name}.conv2.convolution`, GROWTH, 3);
  return tf.layers.concatenate({ name: `${name}.join` }).apply([x, y]) as tf.SymbolicTensor;
}

function transition(x: tf.SymbolicTensor, name: string): tf.SymbolicTensor {
  const y = convolution(rectified(x, name), `${name}.convolution`, Math.floor(x.shape[3]! / 2), 1);
  const pool = tf.layers.averagePooling2d({ name: `${name}.pool`, poolSize: 2, strides: 2 });
  return pool.apply(y) as tf.SymbolicTensor;
}

/** Batch normalisation and ReLU, in front of a convolution here. */
function rectified(x: tf.SymbolicTensor, name: string): tf.SymbolicTensor {
  const y = new BatchNormalization({ name: `${name}.norm` }, { relu: true }).apply(x);
  return new FusedRelu({ name: `${name}.relu` }).apply(y) as tf.SymbolicTensor;
}

function convolution(
  x: tf.SymbolicTensor,
  name: string,
  filters: number,
  kernelSize: number,
): tf.SymbolicTensor {
  const settings = { name, filters, kernelSize, padding: 'same', useBias: false } as const;
  return tf.layers.conv2d({ ...settings, kernelInitializer: 'zeros' }).apply(x) as tf.SymbolicTensor;
}
