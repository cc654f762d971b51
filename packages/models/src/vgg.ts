import * as tf from '@tensorflow/tfjs';
import { checkClassifier, type ClassifierOptions } from './classifier-options.ts';
import { initializeWeights } from './initialization.ts';
import { Dense } from './layers/dense.ts';
import { Dropout } from './layers/dropout.ts';
import { normalizedConvolution } from './layers/normalized-convolution.ts';

/** Filters of the two convolutions of each stage. */
const STAGES = [64, 128, 256] as const;
/** tfjs's default; the paper states none. */
const LEAKY_SLOPE = 0.3;
const DROPOUT_RATE = 0.6;

export interface VggOptions extends ClassifierOptions {
  /** Whether batch normalisation follows every convolution: in the paper on CIFAR-10, not on MNIST. Default true. */
  readonly batchNormalization?: boolean;
  /** Share of each stage's values that training sets to 0. Default 0.6. */
  readonly dropout?: number;
}

/**
 * The classifier of paper 003 (neural data augmentation), after VGG (Simonyan and Zisserman 2015): three stages of two
 * convolutions 3x3 (64, 128, 256 filters), batch normalisation if wanted, leaky ReLU (slope .3), then max-pooling 2x2 and
 * dropout; one dense layer. Padding `same` and the slope are our choice, the paper states neither. Weights are
 * Glorot-uniform by default, biases zero.
 *
 * Input [batch, height, width, channels], sides from 8 pixels; output [batch, classes], logits: the softmax belongs to the
 * loss (`tf.losses.softmaxCrossEntropy`). Training needs a stream for the dropout: `model.apply(x, { training: true, rng })`.
 *
 * @throws {ConfigurationError} on a smaller image or a number of classes below 1
 */
export function vgg(options: VggOptions): tf.LayersModel {
  const { image, classes, rng, batchNormalization = true, dropout = DROPOUT_RATE } = options;
  checkClassifier('vgg', options, 2 ** STAGES.length);
  const input = tf.input({ shape: [image.height, image.width, image.channels], name: 'image' });
  let x = input;
  STAGES.forEach((filters, i) => {
    const stage = `stage${i + 1}`;
    for (const name of [`${stage}.conv1`, `${stage}.conv2`]) {
      x = batchNormalization
        ? normalizedConvolution(x, { name, filters, kernelSize: 3, useBias: true, relu: false })
        : plainConvolution(x, name, filters);
      const activation = tf.layers.leakyReLU({ name: `${name}.leakyRelu`, alpha: LEAKY_SLOPE });
      x = activation.apply(x) as tf.SymbolicTensor;
    }
    const pool = tf.layers.maxPooling2d({ name: `${stage}.pool`, poolSize: 2, strides: 2 });
    x = pool.apply(x) as tf.SymbolicTensor;
    if (dropout > 0) {
      x = new Dropout({ name: `${stage}.dropout`, rate: dropout }).apply(x) as tf.SymbolicTensor;
    }
  });
  x = tf.layers.flatten({ name: 'flatten' }).apply(x) as tf.SymbolicTensor;
  const logits = new Dense({ name: 'logits', units: classes, kernelInitializer: 'zeros' }).apply(x);
  const model = tf.model({ name: 'vgg', inputs: input, outputs: logits as tf.SymbolicTensor });
  initializeWeights(model, rng, options.initialization ?? 'glorot');
  return model;
}

function plainConvolution(x: tf.SymbolicTensor, name: string, filters: number): tf.SymbolicTensor {
  const convolution = tf.layers.conv2d({
    name: `${name}.convolution`,
    filters,
    kernelSize: 3,
    padding: 'same',
    kernelInitializer: 'zeros',
  });
  return convolution.apply(x) as tf.SymbolicTensor;
}
