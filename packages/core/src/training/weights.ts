import * as tf from '@tensorflow/tfjs';
import { DataError } from '../errors.ts';
import type { BuiltMethod } from '../method.ts';

/** The variables of a network, trained or not, in the order of `getWeights()`. */
export function networkVariables(network: tf.LayersModel): tf.Variable[] {
  return network.weights.map((weight) => weight.read() as tf.Variable);
}

/** The variables of a network that gradients change. */
export function trainableVariables(network: tf.LayersModel): tf.Variable[] {
  return network.trainableWeights.map((weight) => weight.read() as tf.Variable);
}

/** Copies every network's weights (moving statistics too), keyed "<prefix>/<network>/<i>". */
export async function readWeights(
  networks: BuiltMethod['networks'],
  prefix: string,
): Promise<Record<string, Float32Array>> {
  const arrays: Record<string, Float32Array> = {};
  for (const [name, network] of Object.entries(networks)) {
    for (const [i, variable] of networkVariables(network).entries()) {
      arrays[`${prefix}/${name}/${i}`] = (await variable.data()) as Float32Array;
    }
  }
  return arrays;
}

/** Puts back what {@link readWeights} gave. */
export function writeWeights(
  networks: BuiltMethod['networks'],
  arrays: Readonly<Record<string, Float32Array>>,
  prefix: string,
): void {
  for (const [name, network] of Object.entries(networks)) {
    networkVariables(network).forEach((variable, i) =>
      assignArray(variable, arrays, `${prefix}/${name}/${i}`),
    );
  }
}

/** Assigns a stored array to a variable of the same size. */
export function assignArray(
  variable: tf.Variable,
  arrays: Readonly<Record<string, Float32Array>>,
  key: string,
): void {
  const values = arrays[key];
  if (!values || values.length !== variable.size) {
    throw new DataError(
      `checkpoint: '${key}' has ${values?.length ?? 'no'} values, the network needs ${variable.size}; ` +
        'it belongs to another network',
    );
  }
  tf.tidy(() => variable.assign(tf.tensor(values, variable.shape, 'float32')));
}
