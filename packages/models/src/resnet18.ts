import * as tf from '@tensorflow/tfjs';
import { checkClassifier, type ClassifierOptions } from './classifier-options.ts';
import { initializeWeights } from './initialization.ts';
import { Dense } from './layers/dense.ts';
import { normalizedConvolution } from './layers/normalized-convolution.ts';

/** Filters of the stages; each but the first halves the image. */
const STAGES = [64, 128, 256, 512] as const;
const BLOCKS = 2;

/**
 * ResNet-18 for small images (He et al. 2016, as usually adapted to CIFAR): a 3x3 convolution with 64 filters instead of
 * the 7x7 one with stride 2 and its pooling, four stages (64, 128, 256, 512 filters, stride 2 from the second on) of two
 * basic blocks, global average pooling, one dense layer. 11,173,962 parameters for 3 channels and 10 classes.
 *
 * Input [batch, height, width, channels]; output [batch, classes], logits: the softmax belongs to the loss.
 *
 * @throws {ConfigurationError} on an empty image or a number of classes below 1
 */
export function resnet18(options: ClassifierOptions): tf.LayersModel {
  const { image, classes, rng, initialization } = options;
  checkClassifier('resnet18', options, 1);
  const input = tf.input({ shape: [image.height, image.width, image.channels], name: 'image' });
  let x = normalizedConvolution(input, { name: 'stem', filters: STAGES[0], kernelSize: 3 });
  STAGES.forEach((filters, i) => {
    for (let block = 1; block <= BLOCKS; block++) {
      const strides = i > 0 && block === 1 ? 2 : 1;
      x = basicBlock(x, `stage${i + 1}.block${block}`, filters, strides);
    }
  });
  x = tf.layers.globalAveragePooling2d({ name: 'pool' }).apply(x) as tf.SymbolicTensor;
  const logits = new Dense({ name: 'logits', units: classes, kernelInitializer: 'zeros' }).apply(x);
  const model = tf.model({ name: 'resnet18', inputs: input, outputs: logits as tf.SymbolicTensor });
  initializeWeights(model, rng, initialization);
  return model;
}

/** Two 3x3 convolutions beside a shortcut, which is a 1x1 convolution where the shape changes. */
function basicBlock(x: tf.SymbolicTensor, name: string, filters: number, strides: number): tf.SymbolicTensor {
  let y = normalizedConvolution(x, { name: `${name}.conv1`, filters, kernelSize: 3, strides });
  y = normalizedConvolution(y, { name: `${name}.conv2`, filters, kernelSize: 3, relu: false });
  const fits = strides === 1 && x.shape[3] === filters;
  const shortcut = fits
    ? x
    : normalizedConvolution(x, { name: `${name}.shortcut`, filters, kernelSize: 1, strides, relu: false });
  const sum = tf.layers.add({ name: `${name}.add` }).apply([y, shortcut]);
  return tf.layers.reLU({ name: `${name}.relu` }).apply(sum) as tf.SymbolicTensor;
}
