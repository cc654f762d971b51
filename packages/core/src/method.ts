import type * as tf from '@tensorflow/tfjs';
import type { BuiltAugmentation } from './augmentation.ts';
import type { DatasetDescription, ImageSource, Split } from './dataset.ts';
import type { LossNetwork } from './loss-network.ts';
import type { OptimizerSettings } from './optimizers/settings.ts';
import { definePlugin, type PluginBase, type PluginDefinition } from './plugin.ts';
import type { Rng, RngStreams } from './rng.ts';

/** What training hands to a method for one step. The trainer disposes the tensors. */
export interface TrainingBatch {
  /** [batch, height, width, channels], pixels in [0, 1]. */
  readonly images: tf.Tensor4D;
  /** The same images transformed by {@link BuiltMethod.augmentation}; the images themselves where there is none. */
  readonly augmented: tf.Tensor4D;
  /** Class indices [batch, 1] or positions [batch, targetSize], as the data set gives them. */
  readonly targets: tf.Tensor2D;
  /**
   * Values of {@link BuiltMethod.constants} for these images, by name: computed now or taken from the cache, the method
   * cannot tell.
   */
  readonly constants: Readonly<Record<string, tf.Tensor2D>>;
  /** A stream for noise drawn in the loss, such as a variational embedding's. */
  readonly rng: Rng;
  /** True while weights are trained (batch statistics, dropout), false for validation. */
  readonly training: boolean;
}

/** One gradient step: an optimiser, the networks whose weights it changes, and the loss it lowers. */
export interface Update {
  readonly name: string;
  /** Keys of {@link BuiltMethod.networks}. */
  readonly networks: readonly string[];
  readonly optimizer: OptimizerSettings;
  /** Scalar mean loss of the batch, differentiable in the weights of `networks`. */
  loss(batch: TrainingBatch): tf.Scalar;
}

/** Something computed from a fixed image by a frozen network, which therefore never changes while training. */
export interface ImageConstant {
  /** Numbers per image. */
  readonly size: number;
  /** [batch, height, width, channels] in [0, 1] to [batch, size]. */
  compute(images: tf.Tensor4D): tf.Tensor2D;
}

export interface FitContext {
  /** All images of the split that {@link Method.trainsOn} names, with their targets; the caller closes it. */
  readonly source: ImageSource;
  readonly dataset: DatasetDescription;
  /** A stream of this run's seed for the fit alone. */
  readonly rng: Rng;
  /** {@link BuiltMethod.fit} stops with an `AbortedError` once it is aborted. */
  readonly signal?: AbortSignal;
}

/** A method built for one data set, latent size and seed. */
export interface BuiltMethod {
  /**
   * Every network with trained weights; what is checkpointed. Where there is one called `encoder` with one input, images or a loss network's
   * features, whose first output is what {@link encode} gives, runs keep it, so that it can be exported and used.
   */
  readonly networks: Readonly<Record<string, tf.LayersModel>>;
  readonly constants: Readonly<Record<string, ImageConstant>>;
  /** Applied to the bytes of every training image, seeded by (seed, epoch, image). */
  readonly augmentation?: BuiltAugmentation;
  /** Done one after the other at every step: an autoencoder has one, a GAN two. Empty: nothing is trained. */
  readonly updates: readonly Update[];
  /** Scalar that picks the best epoch, lower is better; default: the sum of the updates' losses. */
  validationLoss?(batch: TrainingBatch): tf.Scalar;
  /**
   * For methods that are fitted in closed form or by their own algorithm, not by gradient steps. Called once, before training, and again
   * when an interrupted run goes on.
   */
  fit?(context: FitContext): Promise<void>;
  /** Embeddings [batch, latentSize] of images [batch, height, width, channels] in [0, 1], in evaluation mode. */
  encode?(images: tf.Tensor4D): tf.Tensor2D;
  /** Images decoded from the embeddings of images: both [batch, height, width, channels] in [0, 1]. */
  reconstruct?(images: tf.Tensor4D): tf.Tensor4D;
  /**
   * Direct predictions of a supervised method for images [batch, height, width, channels] in [0, 1]: positions [batch, targetSize] in the
   * target's unit, or a score of every class, [batch, classes]. Scores may be logits or probabilities: only which is largest counts.
   */
  predict?(images: tf.Tensor4D): tf.Tensor2D;
  /** Frees every tensor that the method made. The loss network is its caller's and stays. */
  dispose(): void;
}

export interface MethodContext<Options = unknown> {
  readonly options: Options;
  readonly dataset: DatasetDescription;
  /** Embedding size, an integer from 1. */
  readonly latentSize: number;
  /** Of the run's seed. */
  readonly streams: RngStreams;
  /** Set when {@link Method.needsLossNetwork} says so. */
  readonly lossNetwork?: LossNetwork;
  /** Set when {@link Method.needsAugmentation} says so; to be handed on as {@link BuiltMethod.augmentation}. */
  readonly augmentation?: BuiltAugmentation;
}

/** What is trained: an autoencoder preset, a conditional GAN or VAE, a supervised classifier. */
export interface Method<Options = unknown> extends PluginBase<'method', Options> {
  /** For tables, where it differs from the name. */
  readonly label?: string;
  /** Which images train it. */
  readonly trainsOn: Exclude<Split, 'test'>;
  needsLossNetwork(options: Options): boolean;
  /** Whether it trains on randomly transformed images; left out: never. */
  needsAugmentation?(options: Options): boolean;
  /**
   * Networks with the weights that the streams' seed gives them. Whoever calls it disposes the result, before the loss network.
   * @throws {ConfigurationError} where it cannot be built so: images of a shape or targets of a kind that it does not take, no loss network
   *   or augmentation where it needs one
   */
  build(context: MethodContext<Options>): BuiltMethod;
}

/** Defines a method as a plugin. */
export function defineMethod<Options>(definition: PluginDefinition<Method<Options>>): Method<Options> {
  return definePlugin<'method', Method<Options>>('method', definition);
}
