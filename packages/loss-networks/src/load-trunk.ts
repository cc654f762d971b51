import { ConfigurationError, ShapeError, type LossNetworkContext } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { alexnetArchitecture } from './alexnet.ts';
import { readStages } from './load-staged-network.ts';
import { squeezenetArchitecture } from './squeezenet1_1.ts';
import { disposeStages, runStages, smallestSide } from './stages/stage-network.ts';
import { vgg16Architecture } from './vgg16.ts';

const TRUNKS = {
  alexnet: alexnetArchitecture,
  squeezenet1_1: squeezenetArchitecture,
  vgg16: vgg16Architecture,
} as const;
export type TrunkName = keyof typeof TRUNKS;

/** A frozen pretrained network of which several layers are of interest. */
export interface Trunk {
  /** sha256 of the weight file. */
  readonly weightsChecksum: string;
  /**
   * The maps of the layers that it was loaded with, in their order, differentiable in the images.
   * @param images [batch, height, width, 3], red, green, blue, normalised by the caller
   * @returns [batch, rows, columns, channels] each
   * @throws {ShapeError} for images of other channels or too small for the layers
   */
  maps(images: tf.Tensor4D): tf.Tensor4D[];
  dispose(): void;
}

/**
 * Loads a pretrained network up to the last of some layers.
 * @param layers at least one, in the order of the network
 * @throws {DataError} where the weights are missing or damaged
 * @throws {ConfigurationError} where there is no such layer
 */
export async function loadTrunk(
  name: TrunkName,
  layers: readonly [string, ...string[]],
  context: Omit<LossNetworkContext, 'options'>,
): Promise<Trunk> {
  const architecture = TRUNKS[name];
  const indices = layers.map((layer) => {
    const index = architecture.stages.findIndex((stage) => stage.name === layer);
    if (index >= 0) return index;
    const valid = architecture.stages.map((stage) => stage.name).join(', ');
    throw new ConfigurationError(`trunk '${name}': layer: received '${layer}', valid: ${valid}`);
  });
  const plans = architecture.stages.slice(0, Math.max(...indices) + 1);
  const { stages, checksum } = await readStages(architecture, plans, { ...context, options: {} });
  const smallest = smallestSide(stages);
  return {
    weightsChecksum: checksum,
    maps(images) {
      const [, height = 0, width = 0, channels] = images.shape;
      if (channels !== 3 || Math.min(height, width) < smallest) {
        const valid = `[batch, height, width, 3] with sides of at least ${smallest} pixels`;
        throw new ShapeError(`trunk '${name}': images`, images.shape, valid);
      }
      return tf.tidy(() => {
        const maps = runStages(stages, images);
        return indices.map((index) => maps[index]!);
      });
    },
    dispose: () => disposeStages(stages),
  };
}
