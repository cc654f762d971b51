import {
  ShapeError,
  defineLossNetwork,
  type DownloadFile,
  type ImageShape,
  type LossNetwork,
} from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { IMAGENET } from './imagenet.ts';
import { INCEPTION_BLOCKS, INPUT_SIDE, SMALLEST_SIDE } from './inception/architecture.ts';
import { chain, disposeLayers, type Layer } from './inception/layer.ts';
import { resizeBilinear } from './inception/resize-bilinear.ts';

const NAME = 'inception_v3';
const FILE = 'weights/pt_inception-2015-12-05-6726825d.pth';
const CHANNELS = 3;
const FEATURES = 2048;

const options = z.strictObject({
  /** Whether pixels are brought to [-1, 1], as the network was trained; else they are fed as they are, in [0, 1]. */
  normalise: z.boolean().default(true),
  /** Whether images of other sizes are resized to 299x299 pixels, as FID is defined; else sides are from 75. */
  resize: z.boolean().default(true),
});
export type InceptionOptions = z.infer<typeof options>;

/** The same file from two projects that measure FID with it. */
const DOWNLOAD: DownloadFile = {
  path: FILE,
  urls: [
    'https://github.com/mseitzer/pytorch-fid/releases/download/fid_weights/pt_inception-2015-12-05-6726825d.pth',
    'https://github.com/toshas/torch-fidelity/releases/download/v0.2.0/weights-inception-2015-12-05-6726825d.pth',
  ],
  bytes: 95_628_359,
  // Both names give the first eight digits; the rest is what those who pin the file have measured.
  checksum: {
    algorithm: 'sha256',
    value: '6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2',
  },
};

/**
 * The Inception-v3 that FID is defined by: TensorFlow's graph of 2015-12-05 to its last pooling (`pool_3`), 2,048 averages over the last map. Unlike
 * torchvision's network of this name its mean poolings leave out what lies beyond the edges, and its last module has a maximum.
 */
export const inception_v3 = defineLossNetwork<InceptionOptions>({
  name: NAME,
  version: '1.0.0',
  description: "FID's Inception-v3 without its classifier, 2,048 averaged features",
  source:
    'Szegedy et al., "Rethinking the Inception Architecture for Computer Vision" (2016); Heusel et al. (2017); weights of pytorch-fid',
  options,
  card: {
    architecture: 'Inception-v3 of 2015-12-05 at 299x299 pixels and global average pooling; 21.8 M weights',
    trainedOn: IMAGENET,
    licence:
      "Apache-2.0, TensorFlow's; ported by pytorch-fid; trained on ImageNet, whose images have terms of their own",
  },
  downloads: [DOWNLOAD],
  async load(context) {
    const { openWeightFile } = await import('./node/open-weight-file.ts');
    const file = await openWeightFile({ name: NAME, files: [FILE], fetched: true }, context);
    try {
      const network = await chain(...Object.values(INCEPTION_BLOCKS)).build(file.read, CHANNELS);
      return inceptionNetwork(network, file.checksum, context.options);
    } finally {
      await file.close();
    }
  },
});

function inceptionNetwork(
  network: Layer,
  weightsChecksum: string,
  { normalise, resize }: InceptionOptions,
): LossNetwork {
  const smallest = resize ? 1 : SMALLEST_SIDE;
  const featureCount = (image: ImageShape): number => {
    const { height, width, channels } = image;
    const fits = [height, width].every((side) => Number.isInteger(side) && side >= smallest);
    if (channels !== CHANNELS || !fits) {
      const valid = `[height, width, ${CHANNELS}] with sides of at least ${smallest} pixels`;
      throw new ShapeError(`loss network '${NAME}': image`, [height, width, channels], valid);
    }
    return FEATURES;
  };
  return {
    name: NAME,
    weightsChecksum,
    features(images) {
      const [, height = 0, width = 0, channels = 0] = images.shape;
      featureCount({ height, width, channels });
      return tf.tidy(() => {
        const sized = resize ? resizeBilinear(images, INPUT_SIDE) : images;
        const x: tf.Tensor4D = normalise ? tf.sub(tf.mul(sized, 2), 1) : sized;
        return tf.mean(network.apply(x), [1, 2]) as tf.Tensor2D;
      });
    },
    featureCount,
    dispose: () => disposeLayers([network]),
  };
}
