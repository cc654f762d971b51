import { defineLossNetwork } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { IMAGENET } from './imagenet.ts';
import { loadStagedNetwork, type StagedArchitecture } from './load-staged-network.ts';
import { stagedOptions, type StagedOptions } from './staged-options.ts';
import { convolution, type ConvolutionOptions } from './stages/convolution.ts';
import { maxPool } from './stages/max-pool.ts';

const NAME = 'vgg19';
/** Mean of ImageNet's pixels, red, green, blue, of 255. */
const MEAN = [123.68, 116.779, 103.939];

/** A 3x3 convolution, mirrored at the edges as the published decoders were trained with. */
function convolve(block: string, inputs: number, filters: number, options: Partial<ConvolutionOptions> = {}) {
  const sizes = { inputs, filters, size: 3, padding: 1, border: 'mirror' as const };
  return convolution({ name: `relu${block}`, weights: `conv${block}`, ...sizes, ...options });
}

/** The network through conv3_1 without its weights; images are red, green, blue. */
export const vgg19Architecture: StagedArchitecture = {
  name: NAME,
  files: ['weights/vgg19n_conv3_1.safetensors'],
  fetched: false,
  normalise: (images) => tf.tidy(() => tf.sub(tf.mul(images, 255), tf.tensor1d(MEAN))),
  stages: [
    convolve('1_1', 3, 64, { blueFirst: true }),
    convolve('1_2', 64, 64),
    maxPool('pool1', 64, 2, 2),
    convolve('2_1', 64, 128),
    convolve('2_2', 128, 128),
    maxPool('pool2', 128, 2, 2),
    convolve('3_1', 128, 256),
  ],
};

/**
 * VGG-19 through conv3_1, its weights scaled so that activations average 1 (Gatys, Ecker and Bethge 2016), with mirrored edges
 * instead of zeros, as in neural style transfer.
 */
export const vgg19 = defineLossNetwork<StagedOptions>({
  name: NAME,
  version: '1.0.0',
  description: 'VGG-19 with normalised activations through conv3_1, mirrored at the edges',
  source:
    'Simonyan, Zisserman (2015), E; Gatys, Ecker, Bethge, "Image Style Transfer Using Convolutional Neural Networks" (2016)',
  options: stagedOptions(
    vgg19Architecture.stages.map(({ name }) => name),
    { layer: 'relu3_1', normalise: true, sigmoid: false },
  ),
  card: {
    architecture: 'VGG-19 (64/64/128/128/256 filters 3x3, mirrored edges) through conv3_1',
    trainedOn: IMAGENET,
    licence: "the authors' model, Creative Commons Attribution 4.0; trained on ImageNet",
  },
  suppliedFile: vgg19Architecture.files[0],
  load: (context) => loadStagedNetwork(vgg19Architecture, context),
});
