/*
 * Training steps of one of the autoencoders, built and trained as the trainer does: 64x64 images, latent size 64, Adam.
 * Usage: autoencoder-step.ts METHOD BATCH_SIZE computed|cached [profile]
 * `cached`: the loss network's features of the images, which never change, are computed before; `computed`: in every step.
 */
import { Rng, RngStreams, createStepper, type BuiltMethod, type TrainingBatch } from '@paretrain/core';
import { alexnetLossNetwork, randomAlexnetWeights } from '@paretrain/loss-networks';
import { PRESETS } from '@paretrain/method-autoencoder';
import * as tf from '@tensorflow/tfjs';
import { serve } from './serve.ts';
import { startWasm } from './start-wasm.ts';
import { autoencoderStepFlops } from './step-flops.ts';

const [methodName = 'I-I-PW', batchSize = '32', targets = 'computed'] = process.argv.slice(2);
const image = { height: 64, width: 64, channels: 3 };

const method = PRESETS.find(({ name }) => name === methodName);
if (!method) {
  throw new Error(`unknown method ${methodName}; valid: ${PRESETS.map(({ name }) => name).join(', ')}`);
}

const info = await startWasm();
const built = build();
const stepper = createStepper(built);
const images = randomImages(Number(batchSize));
const cached = targets === 'cached' ? constantsOf(images) : null;
const noise = Rng.stream(1, 'noise');

await serve({ ...info, gflop: autoencoderStepFlops(built.networks, Number(batchSize)) / 1e9 }, async () => {
  const constants = cached ?? constantsOf(images);
  const batch: TrainingBatch = {
    images,
    augmented: images,
    targets: tf.zeros([Number(batchSize), 2]),
    constants,
    rng: noise,
    training: true,
  };
  await stepper.step(batch);
  tf.dispose(batch.targets);
  if (!cached) tf.dispose(constants);
});

function build(): BuiltMethod {
  // Time does not depend on the values of weights.
  const weights = randomAlexnetWeights(Rng.stream(1, 'loss-network'));
  const lossNetwork = alexnetLossNetwork({ name: 'timing', weights, weightsChecksum: 'none' });
  return method!.build({
    options: method!.options.parse({}),
    dataset: { image, target: { kind: 'position', names: ['x', 'y'], unit: 'pixels', scale: [1, 1], offset: [0, 0] } }, // prettier-ignore
    latentSize: 64,
    streams: new RngStreams(1),
    ...(method!.needsLossNetwork(method!.options.parse({})) ? { lossNetwork } : {}),
  });
}

function constantsOf(images: tf.Tensor4D): Record<string, tf.Tensor2D> {
  return Object.fromEntries(
    Object.entries(built.constants).map(([name, constant]) => [
      name,
      tf.tidy(() => constant.compute(images)),
    ]),
  );
}

function randomImages(count: number): tf.Tensor4D {
  const shape: [number, number, number, number] = [count, image.height, image.width, image.channels];
  return tf.tensor4d(Rng.stream(1, 'images').uniformArray(tf.util.sizeFromShape(shape)), shape);
}
