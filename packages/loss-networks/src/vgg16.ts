import { defineLossNetwork, type NeededTensor } from '@paretrain/core';
import { IMAGENET, normaliseAsTorchvision } from './imagenet.ts';
import { loadStagedNetwork, type StagedArchitecture } from './load-staged-network.ts';
import { stagedOptions, type StagedOptions } from './staged-options.ts';
import { convolution } from './stages/convolution.ts';
import { maxPool } from './stages/max-pool.ts';
import type { StagePlan } from './stages/weight-reader.ts';

const NAME = 'vgg16';
const FILE = 'weights/vgg16-397923af.pth';
/** Only the convolutions, 59 of its 553 MB, as they are fetched from a server that allows ranges. */
const PART = 'weights/vgg16_features.safetensors';

/** Filters of the convolutions of each block; a pooling lies between blocks. */
const BLOCKS = [
  [64, 64],
  [128, 128],
  [256, 256, 256],
  [512, 512, 512],
  [512, 512, 512],
] as const;

const { stages, tensors } = planNetwork();

/** The network through its last convolution, `relu1_1` to `relu5_3`, without its weights; a trunk of LPIPS too. */
export const vgg16Architecture: StagedArchitecture = {
  name: NAME,
  files: [FILE, PART],
  fetched: true,
  normalise: normaliseAsTorchvision,
  stages,
};

/** Torchvision's VGG-16 without its classifier; layers are named as in the literature on perceptual losses. */
export const vgg16 = defineLossNetwork<StagedOptions>({
  name: NAME,
  version: '1.0.0',
  description: "Torchvision's VGG-16 through any of its ReLUs, by default the third of the third block",
  source: 'Simonyan, Zisserman, "Very Deep Convolutional Networks" (2015), D; torchvision vgg16',
  options: stagedOptions(
    stages.map(({ name }) => name),
    { layer: 'relu3_3', normalise: true, sigmoid: false },
  ),
  card: {
    architecture: 'VGG-16 features (thirteen 3x3 convolutions in five blocks) through the chosen layer',
    trainedOn: IMAGENET,
    licence: "torchvision's, BSD 3-Clause; trained on ImageNet, whose images have terms of their own",
  },
  downloads: [
    {
      path: FILE,
      otherPath: PART,
      urls: ['https://download.pytorch.org/models/vgg16-397923af.pth'],
      bytes: 553_433_881,
      // The name gives the first eight digits; the rest is what those who pin the file have measured.
      checksum: {
        algorithm: 'sha256',
        value: '397923af8e79cdbb6a7127f12361acd7a2f83e06b05044ddf496e83de57a5bf0',
      },
      tensors,
    },
  ],
  load: (context) => loadStagedNetwork(vgg16Architecture, context),
});

function planNetwork(): { readonly stages: readonly StagePlan[]; readonly tensors: readonly NeededTensor[] } {
  const stages: StagePlan[] = [];
  const tensors: NeededTensor[] = [];
  let inputs = 3;
  // Torchvision counts convolutions, ReLUs and poolings in one row.
  let index = 0;
  BLOCKS.forEach((block, i) => {
    if (i > 0) {
      stages.push(maxPool(`pool${i}`, inputs, 2, 2));
      index++;
    }
    block.forEach((filters, j) => {
      const [name, weights] = [`relu${i + 1}_${j + 1}`, `features.${index}`];
      stages.push(convolution({ name, weights, inputs, filters, size: 3, padding: 1 }));
      tensors.push(
        { name: `${weights}.weight`, shape: [filters, inputs, 3, 3] },
        { name: `${weights}.bias`, shape: [filters] },
      );
      inputs = filters;
      index += 2;
    });
  });
  return { stages, tensors };
}
