import * as tf from '@tensorflow/tfjs';
import type { WeightReader } from '../stages/weight-reader.ts';

/** A part of a network that keeps its own padding, such as a module whose branches see windows of several sizes. */
export interface Layer {
  /** Held by the layer; disposed with the network. */
  readonly weights: readonly tf.Tensor[];
  /** @param x [batch, height, width, inputs]; called inside `tf.tidy` */
  apply(x: tf.Tensor4D): tf.Tensor4D;
}

/** A layer whose weights are not read yet. */
export interface LayerPlan {
  /** Channels of the output for so many of the input. */
  channels(inputs: number): number;
  build(read: WeightReader, inputs: number): Promise<Layer>;
}

/** One layer after the other. */
export function chain(...plans: readonly LayerPlan[]): LayerPlan {
  return {
    channels: (inputs) => plans.reduce((channels, plan) => plan.channels(channels), inputs),
    async build(read, inputs) {
      const layers = await buildLayers(plans, read, inputs);
      return {
        weights: layers.flatMap(({ weights }) => weights),
        apply: (x) => layers.reduce((map, layer) => layer.apply(map), x),
      };
    },
  };
}

/** Layers of the same input, their outputs' channels side by side. */
export function branches(...plans: readonly LayerPlan[]): LayerPlan {
  return {
    channels: (inputs) => plans.reduce((sum, plan) => sum + plan.channels(inputs), 0),
    async build(read, inputs) {
      const layers = await collect(plans, (plan) => plan.build(read, inputs));
      return {
        weights: layers.flatMap(({ weights }) => weights),
        apply: (x) =>
          tf.concat(
            layers.map((layer) => layer.apply(x)),
            3,
          ),
      };
    },
  };
}

/** Reads the weights of layers that follow each other; those behind a damaged one are not read, those before it are disposed. */
export function buildLayers(
  plans: readonly LayerPlan[],
  read: WeightReader,
  inputs: number,
): Promise<readonly Layer[]> {
  let channels = inputs;
  return collect(plans, async (plan) => {
    const layer = await plan.build(read, channels);
    channels = plan.channels(channels);
    return layer;
  });
}

export function disposeLayers(layers: readonly Layer[]): void {
  for (const { weights } of layers) tf.dispose([...weights]);
}

async function collect(
  plans: readonly LayerPlan[],
  build: (plan: LayerPlan) => Promise<Layer>,
): Promise<readonly Layer[]> {
  const layers: Layer[] = [];
  try {
    // One after the other: no more than one tensor of a large file is in memory twice.
    for (const plan of plans) layers.push(await build(plan));
  } catch (error) {
    disposeLayers(layers);
    throw error;
  }
  return layers;
}
