import {
  Rng,
  RngStreams,
  optimizerSettings,
  meanSquaredError,
  readWeights,
  train,
  trainingSettings,
  type BuiltMethod,
} from '@paretrain/core';
import { fileTrainingStore } from '@paretrain/core/node';
import { sampleDescription, sampleSource } from '@paretrain/testing';
import * as tf from '@tensorflow/tfjs';
import { webgpu } from '../src/index.ts';

const IMAGE = { height: 8, width: 8, channels: 3 };

/** Why there is no device here, for skipping; null where there is one. */
export async function missingDevice(): Promise<string | null> {
  const found = await webgpu.probe({});
  return found.available ? null : `${found.reason} ${found.fix}`;
}

/** A convolutional autoencoder of 8x8 images, the same weights every time. */
function tinyAutoencoder(): BuiltMethod {
  const network = tf.sequential({
    layers: [
      tf.layers.conv2d({
        inputShape: [8, 8, 3],
        filters: 4,
        kernelSize: 4,
        strides: 2,
        activation: 'relu',
        kernelInitializer: 'zeros',
      }),
      tf.layers.conv2dTranspose({
        filters: 3,
        kernelSize: 4,
        strides: 2,
        activation: 'sigmoid',
        kernelInitializer: 'zeros',
      }),
    ],
  });
  const rng = Rng.stream(5, 'weights');
  const weights = network
    .getWeights()
    .map((weight) => tf.tensor(rng.normalArray(weight.size, 0, 0.2), weight.shape));
  network.setWeights(weights);
  tf.dispose(weights);
  return {
    networks: { network },
    constants: {},
    updates: [
      {
        name: 'autoencoder',
        networks: ['network'],
        optimizer: optimizerSettings.parse({ learningRate: 0.01 }),
        loss: ({ images, training }) =>
          meanSquaredError(network.apply(images, { training }) as tf.Tensor, images),
      },
    ],
    dispose: () => void network.dispose(),
  };
}

/**
 * Trains the tiny autoencoder for four epochs on the current backend, keeping checkpoints in a folder.
 * @param onEpoch called after each epoch's checkpoint
 */
export async function trainTiny(folder: string, onEpoch: (epoch: number) => void = () => undefined) {
  const method = tinyAutoencoder();
  try {
    const outcome = await train({
      method,
      source: sampleSource(sampleDescription('position', IMAGE), 20),
      settings: trainingSettings.parse({ epochs: 4, batchSize: 8 }),
      streams: new RngStreams(1),
      store: fileTrainingStore(folder),
      onEpoch: ({ epoch }) => onEpoch(epoch),
    });
    return {
      losses: outcome.history.map(({ loss }) => loss),
      weights: Object.values(await readWeights(method.networks, 'weights')).flatMap((values) => [...values]),
    };
  } finally {
    method.dispose();
  }
}
