import { ConfigurationError, ShapeError, type ImageShape, type LossNetwork } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { PaddedStages } from './stages/padded-stages.ts';
import { disposeStages, mapSide, runStages, smallestSide } from './stages/stage-network.ts';
import type { Stage } from './stages/stage.ts';

const CHANNELS = 3;

export interface StagedLossNetworkOptions {
  readonly name: string;
  /** From the image to the layer that is compared; disposed with the network. */
  readonly stages: readonly Stage[];
  readonly weightsChecksum: string;
  /** Sides to which images are padded with zeros; null for none. */
  readonly padTo: number | null;
}

/**
 * A loss network whose features are the last stage's map, flattened in the order row, column, channel.
 * @throws {ConfigurationError} where images padded so are too small for the stages; the stages are disposed then
 */
export function stagedLossNetwork(options: StagedLossNetworkOptions): LossNetwork {
  const { name, stages, weightsChecksum, padTo } = options;
  const smallest = smallestSide(stages);
  if (padTo !== null && padTo < smallest) {
    disposeStages(stages);
    throw new ConfigurationError(`loss network '${name}': padTo: received ${padTo}, valid: from ${smallest}`);
  }
  const padded = padTo === null ? undefined : new PaddedStages(stages, padTo, CHANNELS);

  const checkImage = (what: string, shape: readonly number[], image: ImageShape): void => {
    const { height, width, channels } = image;
    const [least, most] = padTo === null ? [smallest, Infinity] : [1, padTo];
    const fits = [height, width].every((side) => Number.isInteger(side) && side >= least && side <= most);
    if (channels === CHANNELS && fits) return;
    const sides = padTo === null ? `of at least ${least}` : `of ${least} to ${most}`;
    const batch = shape.length === 4 ? 'batch, ' : '';
    const valid = `[${batch}height, width, ${CHANNELS}] with sides ${sides} pixels`;
    throw new ShapeError(`loss network '${name}': ${what}`, shape, valid);
  };
  const featureCount = (image: ImageShape): number => {
    const { height, width, channels } = image;
    checkImage('image', [height, width, channels], image);
    const channelsOut = stages.at(-1)!.channels;
    return mapSide(stages, padTo ?? height) * mapSide(stages, padTo ?? width) * channelsOut;
  };

  return {
    name,
    weightsChecksum,
    features(images) {
      const [batch, height = 0, width = 0, channels = 0] = images.shape;
      const image = { height, width, channels };
      checkImage('images', images.shape, image);
      return tf.tidy(() => {
        const maps = padded ? padded.run(images) : runStages(stages, images).at(-1)!;
        return tf.reshape(maps, [batch, featureCount(image)]);
      });
    },
    featureCount,
    dispose() {
      padded?.dispose();
      disposeStages(stages);
    },
  };
}
