import { defineLossNetwork } from '@paretrain/core';
import { IMAGENET, normaliseAsTorchvision } from './imagenet.ts';
import { loadStagedNetwork, type StagedArchitecture } from './load-staged-network.ts';
import { stagedOptions, type StagedOptions } from './staged-options.ts';
import { convolution } from './stages/convolution.ts';
import { fire } from './stages/fire.ts';
import { maxPool } from './stages/max-pool.ts';

const NAME = 'squeezenet1_1';
const FILE = 'weights/squeezenet1_1-b8a52dc0.pth';
/** The same weights in half precision. */
const HALF = 'weights/squeezenet1_1_fp16.safetensors';

/** The network's `features` without their weights, under torchvision's names. */
export const squeezenetArchitecture: StagedArchitecture = {
  name: NAME,
  files: [HALF, FILE],
  fetched: true,
  normalise: normaliseAsTorchvision,
  stages: [
    convolution({ name: 'relu1', weights: 'features.0', inputs: 3, filters: 64, size: 3, stride: 2 }),
    maxPool('pool1', 64, 3, 2, true),
    ...fire({ name: 'fire2', weights: 'features.3', inputs: 64, squeeze: 16, expand: 64 }),
    ...fire({ name: 'fire3', weights: 'features.4', inputs: 128, squeeze: 16, expand: 64 }),
    maxPool('pool3', 128, 3, 2, true),
    ...fire({ name: 'fire4', weights: 'features.6', inputs: 128, squeeze: 32, expand: 128 }),
    ...fire({ name: 'fire5', weights: 'features.7', inputs: 256, squeeze: 32, expand: 128 }),
    maxPool('pool5', 256, 3, 2, true),
    ...fire({ name: 'fire6', weights: 'features.9', inputs: 256, squeeze: 48, expand: 192 }),
    ...fire({ name: 'fire7', weights: 'features.10', inputs: 384, squeeze: 48, expand: 192 }),
    ...fire({ name: 'fire8', weights: 'features.11', inputs: 384, squeeze: 64, expand: 256 }),
    ...fire({ name: 'fire9', weights: 'features.12', inputs: 512, squeeze: 64, expand: 256 }),
  ],
};

/** Torchvision's SqueezeNet 1.1 without its classifier; layers are named as in the paper, `fire2` to `fire9`. */
export const squeezenet1_1 = defineLossNetwork<StagedOptions>({
  name: NAME,
  version: '1.0.0',
  description: "Torchvision's SqueezeNet 1.1 without its classifier",
  source: 'Iandola et al., "SqueezeNet" (2016); torchvision squeezenet1_1',
  options: stagedOptions(
    squeezenetArchitecture.stages.map(({ name }) => name),
    { layer: 'fire9', normalise: true, sigmoid: false },
  ),
  card: {
    architecture: 'SqueezeNet 1.1 features: a convolution and eight fire modules; 722,496 weights',
    trainedOn: IMAGENET,
    licence: "torchvision's, BSD 3-Clause; trained on ImageNet, whose images have terms of their own",
  },
  downloads: [
    {
      path: FILE,
      otherPath: HALF,
      urls: ['https://download.pytorch.org/models/squeezenet1_1-b8a52dc0.pth'],
      bytes: 4_958_839,
      // The name gives the first eight digits; the rest is what those who pin the file have measured.
      checksum: {
        algorithm: 'sha256',
        value: 'b8a52dc049b60e4b6ab68ad0df457362afab8b6304b2febdc1650a5dab4d7e7b',
      },
    },
  ],
  load: (context) => loadStagedNetwork(squeezenetArchitecture, context),
});
