import { DataError, type LossNetwork, type LossNetworkContext } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { stagedLossNetwork } from './staged-loss-network.ts';
import type { StagedOptions } from './staged-options.ts';
import { pointwise } from './stages/pointwise.ts';
import { buildStages } from './stages/stage-network.ts';
import type { Stage } from './stages/stage.ts';
import type { StagePlan, WeightReader } from './stages/weight-reader.ts';

/** What a pretrained network is made of. */
export interface StagedArchitecture {
  readonly name: string;
  /** Weight files under the data folder, any of which will do. */
  readonly files: readonly [string, ...string[]];
  /** Whether `paretrain data fetch` can get one of them. */
  readonly fetched: boolean;
  /** Pixels in [0, 1] to what the network was trained on; without it they are fed as they are. */
  readonly normalise: (images: tf.Tensor4D) => tf.Tensor4D;
  /** First values of a weight, to tell the network from others of its shapes. */
  readonly beginsWith?: { readonly name: string; readonly values: readonly number[] };
  /** From the first convolution on. */
  readonly stages: readonly StagePlan[];
}

/**
 * Loads a pretrained network up to a layer; weights behind it are not read.
 * @throws {DataError} where the weights are missing or damaged
 */
export async function loadStagedNetwork(
  architecture: StagedArchitecture,
  context: LossNetworkContext<StagedOptions>,
): Promise<LossNetwork> {
  const { padTo } = context.options;
  const plans = plansFor(architecture, context.options);
  const { stages, checksum } = await readStages(architecture, plans, context);
  return stagedLossNetwork({ name: architecture.name, stages, weightsChecksum: checksum, padTo });
}

/**
 * Reads the weights of some of an architecture's stages.
 * @returns the stages, which are the caller's to dispose, and the sha256 of the weight file
 * @throws {DataError} where the weights are missing or damaged
 */
export async function readStages(
  architecture: StagedArchitecture,
  plans: readonly StagePlan[],
  context: LossNetworkContext,
): Promise<{ readonly stages: readonly Stage[]; readonly checksum: string }> {
  const { openWeightFile } = await import('./node/open-weight-file.ts');
  const file = await openWeightFile(architecture, context);
  try {
    return {
      stages: await buildStages(plans, checked(architecture, file.read)),
      checksum: file.checksum,
    };
  } finally {
    await file.close();
  }
}

function plansFor(
  { normalise, stages }: StagedArchitecture,
  { layer, normalise: isNormalised, sigmoid }: StagedOptions,
): readonly StagePlan[] {
  const upTo = stages.slice(0, stages.findIndex(({ name }) => name === layer) + 1);
  return [
    ...(isNormalised ? [pointwise('normalised', 3, normalise)] : []),
    ...upTo,
    ...(sigmoid ? [pointwise('sigmoid', upTo.at(-1)!.channels, (x) => tf.sigmoid(x))] : []),
  ];
}

/** Compares the first values of a weight with those that are published, to their four or five digits. */
function checked({ name, beginsWith }: StagedArchitecture, read: WeightReader): WeightReader {
  if (!beginsWith) return read;
  return async (weight, shape) => {
    const data = await read(weight, shape);
    const { values } = beginsWith;
    const differs = values.some((value, i) => !(Math.abs(data[i]! - value) <= 1e-4 * Math.abs(value)));
    if (weight === beginsWith.name && differs) {
      throw new DataError(
        `loss network '${name}': weight '${weight}' begins with ${data.slice(0, values.length).join(', ')}, ` +
          `valid: ${values.join(', ')}; the file is of another network`,
      );
    }
    return data;
  };
}
