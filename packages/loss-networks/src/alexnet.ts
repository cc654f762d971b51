import { defineLossNetwork } from '@paretrain/core';
import { IMAGENET, normaliseAsTorchvision } from './imagenet.ts';
import { loadStagedNetwork, type StagedArchitecture } from './load-staged-network.ts';
import { stagedOptions, type StagedOptions } from './staged-options.ts';
import { convolution } from './stages/convolution.ts';
import { maxPool } from './stages/max-pool.ts';

const NAME = 'alexnet';
const FILE = 'weights/alexnet-owt-7be5be79.pth';

/** The network's `features` without their weights, under torchvision's names. */
export const alexnetArchitecture: StagedArchitecture = {
  name: NAME,
  // The second: only the tensors of the layers that are needed, copied out of the first by ranges.
  files: [FILE, 'weights/alexnet_features.safetensors'],
  fetched: true,
  normalise: normaliseAsTorchvision,
  // As torchvision's weights begin: another network's of the same shapes are noticed.
  beginsWith: { name: 'features.0.weight', values: [1.1864e-1, 9.4069e-2, 9.5435e-2] },
  stages: [
    convolution({
      name: 'relu1',
      weights: 'features.0',
      inputs: 3,
      filters: 64,
      size: 11,
      stride: 4,
      padding: 2,
    }),
    maxPool('pool1', 64, 3, 2),
    convolution({ name: 'relu2', weights: 'features.3', inputs: 64, filters: 192, size: 5, padding: 2 }),
    maxPool('pool2', 192, 3, 2),
    convolution({ name: 'relu3', weights: 'features.6', inputs: 192, filters: 384, size: 3, padding: 1 }),
    convolution({ name: 'relu4', weights: 'features.8', inputs: 384, filters: 256, size: 3, padding: 1 }),
    convolution({ name: 'relu5', weights: 'features.10', inputs: 256, filters: 256, size: 3, padding: 1 }),
  ],
};

/** Torchvision's AlexNet, the loss network of papers 000 to 002: the second ReLU and a sigmoid, pixels not normalised. */
export const alexnet = defineLossNetwork<StagedOptions>({
  name: NAME,
  version: '1.0.0',
  description: "Torchvision's AlexNet through any of its ReLUs, by default the second",
  source:
    'Krizhevsky, "One weird trick for parallelizing convolutional neural networks" (2014); torchvision alexnet',
  options: stagedOptions(
    alexnetArchitecture.stages.map(({ name }) => name),
    { layer: 'relu2', normalise: false, sigmoid: true },
  ),
  card: {
    architecture: 'AlexNet features (64/192/384/256/256 filters) through the chosen layer',
    trainedOn: IMAGENET,
    licence: "torchvision's, BSD 3-Clause; trained on ImageNet, whose images have terms of their own",
  },
  downloads: [
    {
      path: FILE,
      urls: ['https://download.pytorch.org/models/alexnet-owt-7be5be79.pth'],
      bytes: 244_408_911,
      checksum: { algorithm: 'sha256', value: '7be5be79', partial: true },
    },
  ],
  load: (context) => loadStagedNetwork(alexnetArchitecture, context),
});
