import {
  createOptimizer,
  trainableVariables,
  type BuiltMethod,
  type DatasetDescription,
  type LossNetwork,
  type Rng,
  type TrainingBatch,
} from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { formulaUniform } from './parity-digest.ts';

const STEPS = 3;

/** Which of the formula's images. */
export interface ParityInputs {
  /** Images per step. */
  readonly size: number;
  /** As the reference file's metadata says. */
  readonly variant: string;
}

/** Every tensor that a parity test compares, by the names of the reference file. */
export type ParityTensors = Readonly<Record<string, Float32Array>>;

/** Half-width of the formula's weights of a layer: 1 / sqrt(all of the kernel's dimensions but the last). */
function bound(kernelShape: readonly (number | null)[]): number {
  return 1 / Math.sqrt(kernelShape.slice(0, -1).reduce<number>((product, size) => product * size!, 1));
}

/** Puts the formula's weights into a network; moving statistics keep 0 and 1. */
export function setFormulaWeights(prefix: string, network: tf.LayersModel): void {
  for (const layer of network.layers) {
    for (const weight of layer.trainableWeights) {
      const name = weightName(prefix, weight);
      const shape = weight.shape as number[];
      const count = tf.util.sizeFromShape(shape);
      const half = bound(layer.weights[0]!.shape);
      const values = name.endsWith('/gamma')
        ? formulaUniform(name, count, 0.8, 1.2)
        : name.endsWith('/beta')
          ? formulaUniform(name, count, -0.2, 0.2)
          : formulaUniform(name, count, -half, half);
      tf.tidy(() => {
        weight.write(tf.tensor(values, shape));
      });
    }
  }
}

function weightName(prefix: string, weight: tf.LayerVariable): string {
  return `${prefix}/${weight.originalName}`;
}

/** The loss network of the reference scripts: AlexNet's first five modules with the formula's weights, then a sigmoid. */
export function parityLossNetwork(): LossNetwork {
  const kernel = (name: string, shape: [number, number, number, number]): tf.Tensor4D => {
    const half = bound(shape);
    const values = formulaUniform(`${name}/kernel`, tf.util.sizeFromShape(shape), -half, half);
    return tf.tensor4d(
      values.map((value) => value * 2.5),
      shape,
    );
  };
  const bias = (name: string, count: number, fanIn: number): tf.Tensor1D =>
    tf.tensor1d(formulaUniform(`${name}/bias`, count, -1 / Math.sqrt(fanIn), 1 / Math.sqrt(fanIn)));
  const first = kernel('loss/convolution1', [11, 11, 3, 64]);
  const firstBias = bias('loss/convolution1', 64, 11 * 11 * 3);
  const second = kernel('loss/convolution2', [5, 5, 64, 192]);
  const secondBias = bias('loss/convolution2', 192, 5 * 5 * 64);
  const pad = (x: tf.Tensor4D): tf.Tensor4D => tf.pad(x, [[0, 0], [2, 2], [2, 2], [0, 0]]); // prettier-ignore
  const side = (size: number): number => Math.floor((Math.floor((size - 7) / 4) + 1 - 3) / 2) + 1;
  return {
    name: 'parity',
    weightsChecksum: 'parity'.padEnd(64, '0'),
    features: (images) =>
      tf.tidy(() => {
        const x = tf.relu(tf.add(tf.conv2d(pad(images), first, 4, 'valid'), firstBias)) as tf.Tensor4D;
        const pooled = tf.maxPool(x, 3, 2, 'valid');
        const y = tf.add(tf.conv2d(pad(pooled), second, 1, 'valid'), secondBias);
        return tf.reshape(tf.sigmoid(tf.relu(y)), [images.shape[0], -1]) as tf.Tensor2D;
      }),
    featureCount: ({ height, width }) => side(height) * side(width) * 192,
    dispose: () => tf.dispose([first, firstBias, second, secondBias]),
  };
}

/** Blocks of 16x16 pixels in random colours under a little noise. */
function parityImages(variant: string, step: number, shape: [number, number, number, number]): tf.Tensor4D {
  const [count, height, width, channels] = shape;
  const rows = height / 16;
  const columns = width / 16;
  const blocks = formulaUniform(`blocks/${variant}/${step}`, count * rows * columns * channels, 0, 0.75);
  const pixels = formulaUniform(
    `noise of images/${variant}/${step}`,
    count * height * width * channels,
    0,
    0.25,
  );
  let at = 0;
  for (let i = 0; i < count; i++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const block = ((i * rows + (y >> 4)) * columns + (x >> 4)) * channels;
        for (let channel = 0; channel < channels; channel++) pixels[at++]! += blocks[block + channel]!;
      }
    }
  }
  return tf.tensor4d(pixels, shape);
}

/** Images of a step, targets scaled back to the data set's unit, and a stream that gives the formula's noise. */
function parityBatch(
  built: BuiltMethod,
  dataset: DatasetDescription,
  { size, variant }: ParityInputs,
  step: number,
): TrainingBatch {
  const { height, width, channels } = dataset.image;
  const images = parityImages(variant, step, [size, height, width, channels]);
  const { target } = dataset;
  const targets = tf.tidy(() =>
    target.kind === 'position'
      ? (tf.add(
          tf.mul(tf.tensor2d(formulaUniform(`targets/${step}`, size * 2), [size, 2]), [...target.scale]),
          [...target.offset],
        ) as tf.Tensor2D)
      : tf.zeros([size, 1]),
  ) as tf.Tensor2D;
  const constants = Object.fromEntries(
    Object.entries(built.constants).map(([name, constant]) => [
      name,
      tf.tidy(() => constant.compute(images)),
    ]),
  );
  const normalArray = (length: number): Float32Array => formulaUniform(`noise/${step}`, length, -1.7, 1.7);
  return {
    images,
    augmented: images,
    targets,
    constants,
    rng: { normalArray } as unknown as Rng,
    training: true,
  };
}

/**
 * What the reference scripts do: formula weights, three steps of the method's one update on three batches, then evaluation
 * mode on a fourth. Returns the gradients of the first step ("gradient/<network>/<layer>/<weight>"), the weights and moving
 * statistics after the third ("weight/..."), "losses", and "encode", "reconstruct", "predict" as far as they exist.
 */
export async function runParitySteps(
  built: BuiltMethod,
  dataset: DatasetDescription,
  inputs: ParityInputs,
): Promise<ParityTensors> {
  const result: Record<string, Float32Array> = {};
  const update = built.updates[0]!;
  const networks = Object.entries(built.networks);
  for (const [name, network] of networks) setFormulaWeights(name, network);
  const variables = networks.flatMap(([, network]) => trainableVariables(network));
  const names = networks.flatMap(([name, network]) =>
    network.trainableWeights.map((weight) => weightName(name, weight as tf.LayerVariable)),
  );
  const optimizer = createOptimizer(update.optimizer, variables);
  const losses: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    const batch = parityBatch(built, dataset, inputs, step);
    const { value, grads } = tf.variableGrads(() => update.loss(batch), variables);
    const gradients = variables.map((variable) => grads[variable.name] ?? null);
    losses.push((await value.data())[0]!);
    if (step === 0) {
      for (const [i, gradient] of gradients.entries()) {
        if (gradient) result[`gradient/${names[i]}`] = (await gradient.data()) as Float32Array;
      }
    }
    optimizer.step(gradients);
    tf.dispose([grads, value, batch.images, batch.targets, batch.constants]);
  }
  optimizer.dispose();
  result['losses'] = Float32Array.from(losses);
  for (const [name, network] of networks) {
    for (const weight of network.weights) {
      const values = await weight.read().data();
      result[`weight/${weightName(name, weight as tf.LayerVariable)}`] = values as Float32Array;
    }
  }
  const last = parityBatch(built, dataset, inputs, STEPS);
  for (const what of ['encode', 'reconstruct', 'predict'] as const) {
    const output = built[what]?.(last.images);
    if (!output) continue;
    result[what] = (await output.data()) as Float32Array;
    output.dispose();
  }
  tf.dispose([last.images, last.targets, last.constants]);
  return result;
}
