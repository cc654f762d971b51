import * as tf from '@tensorflow/tfjs';
import { Rng, type BuiltMethod, type ImageSource } from '../src/index.ts';

/** Images of 4x4x1 seeded bytes whose target is their mean brightness. */
export function brightnessSource(count: number, seed = 1): ImageSource {
  const rng = Rng.stream(seed, 'images');
  const images = Uint8Array.from({ length: count * 16 }, () => rng.integer(256));
  return {
    count,
    image: { height: 4, width: 4, channels: 1 },
    targetSize: 1,
    async read(indices) {
      const bytes = new Uint8Array(indices.length * 16);
      const targets = new Float32Array(indices.length);
      for (let i = 0; i < indices.length; i++) {
        const one = images.subarray(indices[i]! * 16, indices[i]! * 16 + 16);
        bytes.set(one, i * 16);
        targets[i] = one.reduce((sum, byte) => sum + byte, 0) / 16 / 255;
      }
      return { images: bytes, targets };
    },
    close: async () => undefined,
  };
}

export interface RegressionOptions {
  readonly constants?: boolean;
  /** Makes the loss NaN from this step on. */
  readonly nanFrom?: number;
  readonly learningRate?: number;
}

/** Regresses the brightness with one dense layer after a batch norm; noise in the loss uses the batch's stream. */
export function regression(seed: number, options: RegressionOptions = {}): BuiltMethod {
  const rng = Rng.stream(seed, 'initialisation');
  const input = tf.input({ shape: [4, 4, 1] });
  const flat = tf.layers.flatten().apply(input);
  const normal = tf.layers.batchNormalization({ momentum: 0.9 }).apply(flat);
  const hidden = tf.layers.dense({ units: 8, activation: 'relu', kernelInitializer: 'zeros' }).apply(normal);
  const output = tf.layers.dense({ units: 1, kernelInitializer: 'zeros' }).apply(hidden) as tf.SymbolicTensor;
  const model = tf.model({ inputs: input, outputs: output });
  for (const weight of model.trainableWeights) {
    const variable = weight.read() as tf.Variable;
    if (variable.rank !== 2) continue;
    const values = tf.tensor(rng.normalArray(variable.size, 0, 0.3), variable.shape);
    variable.assign(values as tf.Tensor2D);
    values.dispose();
  }
  let step = 0;
  return {
    networks: { regressor: model },
    constants: options.constants
      ? { doubled: { size: 16, compute: (images) => tf.mul(2, images.reshape([-1, 16])) as tf.Tensor2D } }
      : {},
    updates: [
      {
        name: 'regressor',
        networks: ['regressor'],
        optimizer: {
          name: 'adam',
          learningRate: options.learningRate ?? 1e-2,
          beta1: 0.9,
          beta2: 0.999,
          epsilon: 1e-8,
        },
        loss: (batch) => {
          if (batch.training) step += 1;
          const noise = tf.tensor2d(batch.rng.normalArray(batch.targets.size, 0, 0.01), batch.targets.shape);
          const predicted = model.apply(batch.images, { training: batch.training }) as tf.Tensor2D;
          let loss = tf.losses.meanSquaredError(tf.add(batch.targets, noise), predicted) as tf.Scalar;
          const doubled = batch.constants['doubled'];
          if (doubled) loss = tf.add(loss, tf.mul(0.01, tf.mean(tf.mul(doubled, predicted)))) as tf.Scalar;
          return step >= (options.nanFrom ?? Infinity) ? (tf.mul(loss, NaN) as tf.Scalar) : loss;
        },
      },
    ],
    dispose: () => model.dispose(),
  };
}
