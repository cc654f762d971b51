import type { ImageShape } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { loadModel, modelArtifacts } from './model-artifacts.ts';

/**
 * One model of two, each of one layer after the other: what the first makes of an image is flattened (row, column, channel) and goes
 * through the second. It has weights of its own and is the caller's to dispose.
 */
export async function joinModels(
  first: tf.LayersModel,
  second: tf.LayersModel,
  { height, width, channels }: ImageShape,
): Promise<tf.LayersModel> {
  const input = tf.input({ name: 'image', shape: [height, width, channels] });
  const layers = [
    ...layersOf(first),
    tf.layers.flatten({ name: `${first.name}.flatten` }),
    ...layersOf(second),
  ];
  const output = layers.reduce((x, layer) => layer.apply(x) as tf.SymbolicTensor, input);
  const joined = tf.model({ name: 'encoder', inputs: input, outputs: output });
  const artifacts = await modelArtifacts(joined);
  // Gives back its share in the layers, which stay the callers'.
  joined.dispose();
  return loadModel(artifacts);
}

function layersOf(model: tf.LayersModel): tf.layers.Layer[] {
  return model.layers.filter((layer) => layer.getClassName() !== 'InputLayer');
}
