import { ShapeError, defineLossNetwork, type ImageShape, type LossNetwork } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { IMAGENET } from './imagenet.ts';
import { readTensorflowConvolution, type ConvolutionWeights } from './stages/read-convolution.ts';
import type { WeightReader } from './stages/weight-reader.ts';

const NAME = 'mobilenet_v2';
const FILE = 'weights/mobilenet_v2_features_fp16.safetensors';
const FEATURES = 1280;
const FIRST_FILTERS = 32;

/** Table 2 of the paper: expansion of the channels, output channels, blocks, stride of the first. */
const BLOCKS = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

const options = z.strictObject({
  /** Whether pixels are brought to [-1, 1], as the network was trained; else they are fed as they are, in [0, 1]. */
  normalise: z.boolean().default(true),
});
export type MobilenetOptions = z.infer<typeof options>;

/**
 * MobileNetV2 (width 1, trained at 224 pixels) without its classifier: 1,280 averages over the last map, for images of any size. Its weights
 * come from a post-training-quantised model, so its Frechet distances compare with each other only.
 */
export const mobilenet_v2 = defineLossNetwork<MobilenetOptions>({
  name: NAME,
  version: '1.0.0',
  description: 'MobileNetV2 without its classifier, 1,280 averaged features, from a quantised model',
  source: 'Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks" (2018)',
  options,
  card: {
    architecture: 'MobileNetV2 1.0 features and global average pooling; weights of 8 bits, dequantised',
    trainedOn: IMAGENET,
    licence: 'Apache-2.0; trained on ImageNet, whose images have terms of their own',
  },
  suppliedFile: FILE,
  async load(context) {
    const { openWeightFile } = await import('./node/open-weight-file.ts');
    const file = await openWeightFile({ name: NAME, files: [FILE], fetched: false }, context);
    try {
      return mobilenetNetwork(await readLayers(file.read), file.checksum, context.options.normalise);
    } finally {
      await file.close();
    }
  },
});

interface Block {
  /** Left out where the channels are not expanded. */
  readonly expand: ConvolutionWeights | null;
  readonly depthwise: ConvolutionWeights;
  readonly project: ConvolutionWeights;
  readonly stride: 1 | 2;
}

interface Layers {
  readonly first: ConvolutionWeights;
  readonly blocks: readonly Block[];
  readonly last: ConvolutionWeights;
}

async function readLayers(read: WeightReader): Promise<Layers> {
  let index = 0;
  const next = (filters: number, inputs: number, size: number): Promise<ConvolutionWeights> =>
    readTensorflowConvolution(read, `l${String(index++).padStart(2, '0')}`, [filters, size, size, inputs]);

  const first = await next(FIRST_FILTERS, 3, 3);
  const blocks: Block[] = [];
  let inputs = FIRST_FILTERS;
  for (const [expansion, filters, repeats, firstStride] of BLOCKS) {
    for (let i = 0; i < repeats; i++) {
      const wide = expansion * inputs;
      blocks.push({
        expand: expansion === 1 ? null : await next(wide, inputs, 1),
        // [1, height, width, channels] here becomes [height, width, channels, 1].
        depthwise: await next(1, wide, 3),
        project: await next(filters, wide, 1),
        stride: i === 0 ? firstStride : 1,
      });
      inputs = filters;
    }
  }
  return { first, blocks, last: await next(FEATURES, inputs, 1) };
}

function mobilenetNetwork(layers: Layers, weightsChecksum: string, normalise: boolean): LossNetwork {
  const featureCount = (image: ImageShape): number => {
    const { height, width, channels } = image;
    if (channels !== 3 || ![height, width].every((side) => Number.isInteger(side) && side >= 1)) {
      throw new ShapeError(`loss network '${NAME}': image`, [height, width, channels], '[height, width, 3]');
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
        let x = normalise ? tf.sub(tf.mul(images, 2), 1) : images;
        x = tf.relu6(convolve(x as tf.Tensor4D, layers.first, 2));
        for (const block of layers.blocks) x = runBlock(x as tf.Tensor4D, block);
        x = tf.relu6(convolve(x as tf.Tensor4D, layers.last, 1));
        return tf.mean(x, [1, 2]) as tf.Tensor2D;
      });
    },
    featureCount,
    dispose() {
      const weights = layers.blocks.flatMap(({ expand, depthwise, project }) => [
        ...(expand ?? []),
        ...depthwise,
        ...project,
      ]);
      tf.dispose([...layers.first, ...weights, ...layers.last]);
    },
  };
}

/** An inverted residual: wide inside, narrow at both ends, added to its input where the shapes agree. */
function runBlock(x: tf.Tensor4D, { expand, depthwise, project, stride }: Block): tf.Tensor4D {
  const wide = expand ? tf.relu6(convolve(x, expand, 1)) : x;
  const [kernel, bias] = depthwise;
  const filtered = tf.relu6(tf.add(tf.depthwiseConv2d(wide, kernel, stride, 'same'), bias));
  const narrow = convolve(filtered as tf.Tensor4D, project, 1);
  return narrow.shape.join() === x.shape.join() ? tf.add(x, narrow) : narrow;
}

function convolve(x: tf.Tensor4D, [kernel, bias]: ConvolutionWeights, stride: 1 | 2): tf.Tensor4D {
  return tf.add(tf.conv2d(x, kernel, stride, 'same'), bias);
}
