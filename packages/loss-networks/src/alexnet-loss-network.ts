import { ShapeError, type ImageShape, type LossNetwork } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { CHANNELS, MIN_IMAGE_SIDE, featureCount } from './alexnet-architecture.ts';
import { alexnetFeatures } from './alexnet-features.ts';
import type { AlexnetWeights } from './alexnet-weights.ts';

export interface AlexnetLossNetworkOptions {
  /** Name of the loss network, for messages and results. */
  readonly name: string;
  readonly weights: AlexnetWeights;
  /** What a run's id takes for the weights: sha256 of their file, or of what they were drawn from. */
  readonly weightsChecksum: string;
  /** Default true. */
  readonly sigmoid?: boolean;
}

/**
 * A loss network of AlexNet's first five modules with these weights. Features are flattened in the order row, column,
 * channel (PyTorch's code flattens channel, row, column: the same numbers in another order, which no objective sees).
 */
export function alexnetLossNetwork(options: AlexnetLossNetworkOptions): LossNetwork {
  const { name, weights, weightsChecksum, sigmoid = true } = options;
  const model = alexnetFeatures({ weights, sigmoid });
  return {
    name,
    weightsChecksum,
    features(images) {
      const [batch, height, width, channels] = images.shape;
      if (images.rank !== 4 || channels !== CHANNELS || Math.min(height, width) < MIN_IMAGE_SIDE) {
        const valid = `[batch, height, width, ${CHANNELS}] with sides of at least ${MIN_IMAGE_SIDE} pixels`;
        throw new ShapeError(`loss network '${name}': images`, images.shape, valid);
      }
      const size = featureCount(name, { height, width, channels });
      return tf.tidy(() => {
        const maps = model.apply(images, { training: false }) as tf.Tensor4D;
        return tf.reshape(maps, [batch, size]);
      });
    },
    layers: model,
    featureCount: (image: ImageShape) => featureCount(name, image),
    dispose() {
      model.dispose();
    },
  };
}
