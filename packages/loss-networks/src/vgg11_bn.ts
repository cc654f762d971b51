import { defineLossNetwork } from '@paretrain/core';
import { IMAGENET, normaliseAsTorchvision } from './imagenet.ts';
import { loadStagedNetwork, type StagedArchitecture } from './load-staged-network.ts';
import { stagedOptions, type StagedOptions } from './staged-options.ts';
import { convolution } from './stages/convolution.ts';
import { maxPool } from './stages/max-pool.ts';

const NAME = 'vgg11_bn';

/** The first four convolutions without their weights, under torchvision's names. */
export const vgg11Architecture: StagedArchitecture = {
  name: NAME,
  files: ['weights/vgg11_bn_folded_conv1-4.safetensors'],
  fetched: false,
  normalise: normaliseAsTorchvision,
  stages: [
    convolution({ name: 'relu1', weights: 'features.0', inputs: 3, filters: 64, size: 3, padding: 1 }),
    maxPool('pool1', 64, 2, 2),
    convolution({ name: 'relu2', weights: 'features.4', inputs: 64, filters: 128, size: 3, padding: 1 }),
    maxPool('pool2', 128, 2, 2),
    convolution({ name: 'relu3', weights: 'features.8', inputs: 128, filters: 256, size: 3, padding: 1 }),
    convolution({ name: 'relu4', weights: 'features.11', inputs: 256, filters: 256, size: 3, padding: 1 }),
  ],
};

/** Torchvision's VGG-11 with batch normalisation, its first four convolutions; the normalisation is folded into the weights. */
export const vgg11_bn = defineLossNetwork<StagedOptions>({
  name: NAME,
  version: '1.0.0',
  description: "Torchvision's VGG-11 with batch normalisation, folded, through its fourth convolution",
  source: 'Simonyan, Zisserman, "Very Deep Convolutional Networks" (2015), A; torchvision vgg11_bn',
  options: stagedOptions(
    vgg11Architecture.stages.map(({ name }) => name),
    { layer: 'relu4', normalise: true, sigmoid: false },
  ),
  card: {
    architecture: 'VGG-11 (64/128/256/256 filters 3x3) through the fourth ReLU',
    trainedOn: IMAGENET,
    licence: "torchvision's, BSD 3-Clause; trained on ImageNet, whose images have terms of their own",
  },
  suppliedFile: vgg11Architecture.files[0],
  load: (context) => loadStagedNetwork(vgg11Architecture, context),
});
