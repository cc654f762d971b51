import { defineLossNetwork } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { IMAGENET } from './imagenet.ts';
import { loadStagedNetwork, type StagedArchitecture } from './load-staged-network.ts';
import { stagedOptions, type StagedOptions } from './staged-options.ts';
import { convolution } from './stages/convolution.ts';
import { maxPool } from './stages/max-pool.ts';
import { responseNormalization } from './stages/response-normalization.ts';

const NAME = 'caffenet';
const FILE = 'weights/caffenet_conv12.safetensors';
/** Mean of ImageNet that Caffe subtracts, red, green, blue, of 255. */
const MEAN = [123, 117, 104];

/** The network without its weights; images are [batch, height, width, 3], red, green, blue. */
export const caffenetArchitecture: StagedArchitecture = {
  name: NAME,
  files: [FILE],
  fetched: false,
  normalise: (images) => tf.tidy(() => tf.sub(tf.mul(images, 255), tf.tensor1d(MEAN))),
  stages: [
    convolution({
      name: 'relu1',
      weights: 'conv1',
      inputs: 3,
      filters: 96,
      size: 11,
      stride: 4,
      blueFirst: true,
    }),
    // Caffe rounds the pooled size up.
    maxPool('pool1', 96, 3, 2, true),
    responseNormalization({ name: 'norm1', channels: 96, size: 5, alpha: 1e-4 }),
    // Two groups, as on the two graphics cards of Krizhevsky et al. (2012): 48 input and 128 output channels each.
    convolution({
      name: 'relu2',
      weights: 'conv2',
      inputs: 96,
      filters: 256,
      size: 5,
      padding: 2,
      groups: 2,
    }),
  ],
};

/**
 * BVLC CaffeNet (Caffe's variant of AlexNet) through its second convolution. Weights: `conv1` and `conv2`, each `.weight` and
 * `.bias`, in PyTorch's order, input channels blue, green, red.
 */
export const caffenet = defineLossNetwork<StagedOptions>({
  name: NAME,
  version: '1.0.0',
  description: 'BVLC CaffeNet through the second convolution: groups, response normalisation',
  source: 'Krizhevsky, Sutskever, Hinton (2012); Jia et al. (2014), BVLC Reference CaffeNet',
  options: stagedOptions(
    caffenetArchitecture.stages.map(({ name }) => name),
    { layer: 'relu2', normalise: true, sigmoid: false },
  ),
  card: {
    architecture: 'CaffeNet (96/256 filters, 2 groups, response normalisation) through the second ReLU',
    trainedOn: IMAGENET,
    licence: 'released for unrestricted use by the Berkeley Vision and Learning Center',
  },
  suppliedFile: FILE,
  load: (context) => loadStagedNetwork(caffenetArchitecture, context),
});
