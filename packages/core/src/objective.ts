import type * as tf from '@tensorflow/tfjs';
import { definePlugin, type PluginBase, type PluginDefinition } from './plugin.ts';
import type { LossNetwork } from './loss-network.ts';

/** What a decoder puts out for an objective: an image, or the loss network's features. */
export type Prediction = 'image' | 'features';

/** A Gaussian embedding's parameters, both [batch, latentSize]. */
export interface LatentDistribution {
  readonly mean: tf.Tensor2D;
  readonly logVariance: tf.Tensor2D;
}

/** What an objective may look at; which fields are set follows from `predicts` and `compares`. */
export interface ObjectiveInputs {
  /** The decoder's output: [batch, height, width, channels] in [0, 1], or [batch, features]. */
  readonly prediction: tf.Tensor;
  /**
   * What the prediction is compared with: the target images ([batch, height, width, channels], in [0, 1]) or the loss
   * network's features of them ([batch, features]); the caller computes or caches it.
   */
  readonly target: tf.Tensor;
  /** Set for methods with a variational embedding. */
  readonly latent?: LatentDistribution;
  readonly lossNetwork?: LossNetwork;
}

/** An objective with its options filled in. */
export interface BuiltObjective {
  /** Mean loss of the batch, a scalar. Called inside `tf.variableGrads`; must be differentiable in `prediction`. */
  loss(inputs: ObjectiveInputs): tf.Scalar;
}

/** The loss that a method minimises. */
export interface Objective<Options = unknown> extends PluginBase<'objective', Options> {
  /** What the decoder must put out; 'nothing' for a regulariser that looks only at `latent`. */
  readonly predicts: Prediction | 'nothing';
  /** What the prediction is compared with. 'features' needs a loss network and can be cached for fixed images. */
  readonly compares: Prediction | 'nothing';
  build(options: Options): BuiltObjective;
}

/** Defines an objective (a loss) as a plugin. */
export function defineObjective<Options>(
  definition: PluginDefinition<Objective<Options>>,
): Objective<Options> {
  return definePlugin<'objective', Objective<Options>>('objective', definition);
}
