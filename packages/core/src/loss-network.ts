import type * as tf from '@tensorflow/tfjs';
import type { DownloadFile } from './download.ts';
import type { ImageShape } from './image.ts';
import { definePlugin, type PluginBase, type PluginDefinition } from './plugin.ts';

/** What a loss network learned from; decides which claims it may be judged on. */
export interface LossNetworkTraining {
  /** Name of the data set, as data-set plugins name it where one exists. */
  readonly dataset: string;
  readonly split: string;
  /** Whether the labels of that data set were seen, by this network or by one it was distilled from. */
  readonly labels: boolean;
}

/**
 * Whether a loss network has learned from labels of a data set. No claim is judged on that data set with it: what its features
 * tell of the classes would be the labels' doing, not the method's.
 */
export function hasSeenLabels(trainedOn: readonly LossNetworkTraining[], dataset: string): boolean {
  return trainedOn.some((one) => one.labels && one.dataset === dataset);
}

/** A loaded loss network: frozen, its weights never change. */
export interface LossNetwork {
  readonly name: string;
  /** sha256 of the weight file, or of the seed for untrained control networks; part of a run's id. */
  readonly weightsChecksum: string;
  /**
   * Features of a batch of images, differentiable in the images.
   * @param images [batch, height, width, 3], pixels in [0, 1]
   * @returns [batch, featureCount(shape)]
   */
  features(images: tf.Tensor4D): tf.Tensor2D;
  /**
   * The same as one plain tfjs layer after the other, where it is that: their output, flattened in the order row, column, channel, is the
   * features. With it an encoder of features can be exported whole.
   */
  readonly layers?: tf.LayersModel;
  /** Number of features of one image of this shape. */
  featureCount(image: ImageShape): number;
  dispose(): void;
}

/** Where a loss network finds or puts its files. */
export interface LossNetworkContext<Options = unknown> {
  readonly options: Options;
  /** Folder with users' own downloads, if given. */
  readonly dataDirectory?: string;
  /** Folder for files this project downloads. */
  readonly cacheDirectory?: string;
  readonly signal?: AbortSignal;
}

/** A frozen pretrained network whose features objectives compare. */
export interface LossNetworkPlugin<Options = unknown> extends PluginBase<'loss-network', Options> {
  /** Architecture, what it was trained on, quality, licence: the model card in short. */
  readonly card: {
    readonly architecture: string;
    readonly trainedOn: readonly LossNetworkTraining[];
    readonly licence: string;
  };
  /** The official files, for networks whose weights are downloaded. */
  readonly downloads?: readonly DownloadFile[];
  /** For networks whose weights cannot be downloaded: the file that users have to supply, by its path under the data folder. */
  readonly suppliedFile?: string;
  /**
   * The network with its weights; the caller disposes it.
   * @throws {DataError} where its weight file is missing or damaged, with where it belongs
   * @throws {ConfigurationError} for options that do not go together
   */
  load(context: LossNetworkContext<Options>): Promise<LossNetwork>;
}

/** Defines a loss network as a plugin. */
export function defineLossNetwork<Options>(
  definition: PluginDefinition<LossNetworkPlugin<Options>>,
): LossNetworkPlugin<Options> {
  return definePlugin<'loss-network', LossNetworkPlugin<Options>>('loss-network', definition);
}
