import { defineLossNetwork, type NeededTensor } from '@paretrain/core';
import { IMAGENET, normaliseAsTorchvision } from './imagenet.ts';
import { loadStagedNetwork, type StagedArchitecture } from './load-staged-network.ts';
import { stagedOptions, type StagedOptions } from './staged-options.ts';
import { convolution } from './stages/convolution.ts';
import { maxPool } from './stages/max-pool.ts';

const NAME = 'alexnet';
const FILE = 'weights/alexnet-owt-7be5be79.pth';
/** Only the convolutions, 10 of its 244 MB, as they are fetched from a server that allows ranges. */
const PART = 'weights/alexnet_features.safetensors';

/** As torchvision's weights begin: another network's of the same shapes are noticed. No checksum of a single tensor is published. */
const FIRST_WEIGHT = 'features.0.weight';
const FIRST_VALUES = [1.1864e-1, 9.4069e-2, 9.5435e-2];

/** The convolutions: torchvision's number, filters, inputs, size. */
const CONVOLUTIONS = [
  [0, 64, 3, 11],
  [3, 192, 64, 5],
  [6, 384, 192, 3],
  [8, 256, 384, 3],
  [10, 256, 256, 3],
] as const;

const NEEDED_TENSORS = CONVOLUTIONS.flatMap(([index, filters, inputs, size]): NeededTensor[] => {
  const name = `features.${index}.weight`;
  return [
    {
      name,
      shape: [filters, inputs, size, size],
      ...(name === FIRST_WEIGHT && { beginsWith: FIRST_VALUES }),
    },
    { name: `features.${index}.bias`, shape: [filters] },
  ];
});

/** The network's `features` without their weights, under torchvision's names. */
export const alexnetArchitecture: StagedArchitecture = {
  name: NAME,
  files: [FILE, PART],
  fetched: true,
  normalise: normaliseAsTorchvision,
  beginsWith: { name: FIRST_WEIGHT, values: FIRST_VALUES },
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
      // The name gives the first eight digits; the rest is what those who pin the file have measured.
      checksum: {
        algorithm: 'sha256',
        value: '7be5be791159472b1fbf3c69796f7cb30dca7ad8466c2df70058c37116cdee02',
      },
      otherPath: PART,
      tensors: NEEDED_TENSORS,
    },
  ],
  load: (context) => loadStagedNetwork(alexnetArchitecture, context),
});
