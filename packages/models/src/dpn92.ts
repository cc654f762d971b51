import * as tf from '@tensorflow/tfjs';
import { checkClassifier, type ClassifierOptions } from './classifier-options.ts';
import { initializeWeights } from './initialization.ts';
import { Dense } from './layers/dense.ts';
import { DualPathJoin } from './layers/dual-path-join.ts';
import { normalizedConvolution } from './layers/normalized-convolution.ts';

const STEM_FILTERS = 64;
const GROUPS = 32;

interface Stage {
  /** Channels of the grouped convolution and the 1x1 one before it. */
  readonly inner: number;
  /** Channels of the residual path. */
  readonly residual: number;
  /** Channels that each block adds to the dense path. */
  readonly dense: number;
  readonly blocks: number;
  readonly strides: number;
}

const STAGES: readonly Stage[] = [
  { inner: 96, residual: 256, dense: 16, blocks: 3, strides: 1 },
  { inner: 192, residual: 512, dense: 32, blocks: 4, strides: 2 },
  { inner: 384, residual: 1024, dense: 24, blocks: 20, strides: 2 },
  { inner: 768, residual: 2048, dense: 128, blocks: 3, strides: 2 },
];

/**
 * DPN-92, the dual path network (Chen et al. 2017) of paper 004 in its variant for small images: a 3x3 convolution with 64
 * filters, four stages of 3, 4, 20 and 3 blocks (stride 2 from the second on), global average pooling, one dense layer.
 * 34,236,634 parameters for 3 channels and 10 classes.
 *
 * A block is a 1x1 convolution, a 3x3 one in 32 groups and a 1x1 one to the channels of both paths, batch normalisation after
 * each, ReLU between. Its input goes past it, in the first block of a stage through a 1x1 convolution; then the residual
 * channels are added and the others put side by side: see {@link DualPathJoin}.
 *
 * Input [batch, height, width, channels]; output [batch, classes], logits: the softmax belongs to the loss.
 *
 * @throws {ConfigurationError} on an empty image or a number of classes below 1
 */
export function dpn92(options: ClassifierOptions): tf.LayersModel {
  const { image, classes, rng, initialization } = options;
  checkClassifier('dpn92', options, 1);
  const input = tf.input({ shape: [image.height, image.width, image.channels], name: 'image' });
  let x = normalizedConvolution(input, { name: 'stem', filters: STEM_FILTERS, kernelSize: 3 });
  STAGES.forEach((stage, i) => {
    for (let block = 1; block <= stage.blocks; block++) {
      x = dualPathBlock(x, `stage${i + 1}.block${block}`, stage, block === 1);
    }
  });
  x = tf.layers.globalAveragePooling2d({ name: 'pool' }).apply(x) as tf.SymbolicTensor;
  const logits = new Dense({ name: 'logits', units: classes, kernelInitializer: 'zeros' }).apply(x);
  const model = tf.model({ name: 'dpn92', inputs: input, outputs: logits as tf.SymbolicTensor });
  initializeWeights(model, rng, initialization);
  return model;
}

function dualPathBlock(x: tf.SymbolicTensor, name: string, stage: Stage, first: boolean): tf.SymbolicTensor {
  const { inner, residual, dense } = stage;
  const strides = first ? stage.strides : 1;
  const both = { filters: residual + dense, kernelSize: 1, relu: false } as const;
  let y = normalizedConvolution(x, { name: `${name}.conv1`, filters: inner, kernelSize: 1 });
  y = normalizedConvolution(y, { name: `${name}.conv2`, filters: inner, kernelSize: 3, strides, groups: GROUPS }); // prettier-ignore
  y = normalizedConvolution(y, { name: `${name}.conv3`, ...both });
  const shortcut = first ? normalizedConvolution(x, { name: `${name}.shortcut`, strides, ...both }) : x;
  const join = new DualPathJoin({ name: `${name}.join`, residual }).apply([shortcut, y]);
  return tf.layers.reLU({ name: `${name}.relu` }).apply(join) as tf.SymbolicTensor;
}
