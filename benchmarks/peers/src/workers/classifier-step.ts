/*
 * Training steps of a classifier of 32x32 images in 10 classes, with the optimiser of its paper: Adam for the VGG, SGD (.1, momentum .9,
 * weight decay 5e-4) for the others.
 * Usage: classifier-step.ts vgg|resnet18|dpn92 BATCH_SIZE [profile]
 */
import { Rng, createStepper, optimizerSettings, type BuiltMethod, type TrainingBatch } from '@paretrain/core';
import { dpn92, resnet18, vgg } from '@paretrain/models';
import * as tf from '@tensorflow/tfjs';
import { serve } from './serve.ts';
import { startWasm } from './start-wasm.ts';

const NETWORKS = { vgg, resnet18, dpn92 } as const;
const CLASSES = 10;
const image = { height: 32, width: 32, channels: 3 };

const [name = 'vgg', batchArgument = '32'] = process.argv.slice(2);
const batchSize = Number(batchArgument);
const make = NETWORKS[name as keyof typeof NETWORKS];
if (!make) throw new Error(`unknown network ${name}; valid: ${Object.keys(NETWORKS).join(', ')}`);

const info = await startWasm();
const stepper = createStepper(build());
const rng = Rng.stream(1, 'data');
const images = tf.tensor4d(rng.uniformArray(batchSize * 32 * 32 * 3), [batchSize, 32, 32, 3]);
const labels = tf.tensor2d(
  Array.from({ length: batchSize }, () => rng.integer(CLASSES)),
  [batchSize, 1],
);
const batch: TrainingBatch = {
  images,
  augmented: images,
  targets: labels,
  constants: {},
  rng: Rng.stream(1, 'noise'),
  training: true,
};

await serve(info, async () => void (await stepper.step(batch)));

function build(): BuiltMethod {
  const classifier = make({ image, classes: CLASSES, rng: Rng.stream(1, 'initialisation') });
  const optimizer = optimizerSettings.parse(
    name === 'vgg' ? {} : { name: 'sgd', learningRate: 0.1, momentum: 0.9, weightDecay: 5e-4 },
  );
  return {
    networks: { classifier },
    constants: {},
    updates: [
      {
        name,
        networks: ['classifier'],
        optimizer,
        loss({ images, targets, rng, training }) {
          const logits = classifier.apply(images, { training, rng }) as tf.Tensor2D;
          const oneHot = tf.oneHot(tf.cast(tf.reshape(targets, [-1]), 'int32'), CLASSES);
          return tf.losses.softmaxCrossEntropy(oneHot, logits) as tf.Scalar;
        },
      },
    ],
    dispose: () => classifier.dispose(),
  };
}
