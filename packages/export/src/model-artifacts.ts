import * as tf from '@tensorflow/tfjs';

/** The values of one weight. */
export interface WeightValues {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Float32Array;
}

/** A `tf.layers` model apart from any backend. */
export interface ModelArtifacts {
  /** As in the `modelTopology` of a tfjs `model.json`. */
  readonly topology: object;
  /** By name, such as `convolution1/kernel`. */
  readonly weights: Readonly<Record<string, WeightValues>>;
}

/** Copies a model's topology and weights, moving statistics too. */
export async function modelArtifacts(model: tf.LayersModel): Promise<ModelArtifacts> {
  const weights: Record<string, WeightValues> = {};
  for (const weight of model.weights) {
    const data = (await weight.read().data()) as Float32Array;
    weights[weight.originalName] = { shape: weight.shape as number[], data: data.slice() };
  }
  // The class gives an object where no text is asked for.
  return { topology: model.toJSON(null, false) as object, weights };
}

/**
 * Makes a model of plain tfjs layers on the current backend. It is the caller's to dispose.
 * @throws {Error} of tfjs, where the topology names layers that tfjs does not have
 */
export function loadModel(artifacts: ModelArtifacts): Promise<tf.LayersModel> {
  const { topology } = artifacts;
  const { specs, data } = packWeights(artifacts);
  return tf.loadLayersModel(
    tf.io.fromMemory({ modelTopology: topology, weightSpecs: specs, weightData: data }),
  );
}

/** The weights one after the other, as tfjs stores them. */
export function packWeights({ weights }: ModelArtifacts): {
  specs: tf.io.WeightsManifestEntry[];
  data: ArrayBuffer;
} {
  const entries = Object.entries(weights);
  const values = new Float32Array(entries.reduce((sum, [, { data }]) => sum + data.length, 0));
  let at = 0;
  const specs = entries.map(([name, { shape, data }]): tf.io.WeightsManifestEntry => {
    values.set(data, at);
    at += data.length;
    return { name, shape: [...shape], dtype: 'float32' };
  });
  return { specs, data: values.buffer };
}
