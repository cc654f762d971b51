/**
 * One side of the comparison: builds a method as the trainer does and times training steps on request.
 * Each line of stdin is a number of steps; each answer is a JSON array with [wall, CPU] milliseconds of each step.
 * Usage: tsx src/step-worker.ts METHOD BATCH_SIZE
 */
import '@paretrain/backend-wasm';
import { kernelInfo } from '@paretrain/backend-wasm';
import { createStepper, Rng, RngStreams, type TrainingBatch } from '@paretrain/core';
import { PRESETS } from '@paretrain/method-autoencoder';
import * as tf from '@tensorflow/tfjs';
import { createInterface } from 'node:readline';
import { lossNetworkForTiming } from './loss-network-for-timing.ts';
import { profileKernels } from './profile.ts';

const [methodName = 'I-I-PW', batchArgument = '32', profile] = process.argv.slice(2);
const batchSize = Number(batchArgument);
const image = { height: 64, width: 64, channels: 3 };
const latentSize = 64;

const method = PRESETS.find(({ name }) => name === methodName);
if (!method)
  throw new Error(`unknown method ${methodName}; valid: ${PRESETS.map(({ name }) => name).join(', ')}`);

await tf.setBackend('wasm');
await tf.ready();
const streams = new RngStreams(1);
const lossNetwork = lossNetworkForTiming(Rng.stream(1, 'loss-network'));
const built = method.build({
  options: method.options.parse({}),
  dataset: { name: 'synthetic', image } as never,
  latentSize,
  streams,
  ...(method.needsLossNetwork(method.options.parse({})) ? { lossNetwork } : {}),
});
const stepper = createStepper(built);
const pixels = Rng.stream(1, 'images');
const size = batchSize * image.height * image.width * image.channels;
const images = tf.tensor4d(
  Float32Array.from({ length: size }, () => pixels.uniform()),
  [batchSize, image.height, image.width, image.channels],
);
// Features of fixed images are cached while training; this is the cached case.
const constants = Object.fromEntries(
  Object.entries(built.constants).map(([name, constant]) => [name, constant.compute(images)]),
);
const batch: TrainingBatch = {
  images,
  augmented: images,
  targets: tf.zeros([batchSize, 2]),
  constants,
  rng: streams.get('noise'),
  training: true,
};

process.stderr.write(`${JSON.stringify({ ...kernelInfo(), node: process.version })}\n`);
const report = profile === 'profile' ? profileKernels() : undefined;
for await (const line of createInterface({ input: process.stdin })) {
  const times: [wall: number, cpu: number][] = [];
  report?.reset();
  for (let i = 0; i < Number(line); i++) {
    const start = performance.now();
    const cpuStart = process.cpuUsage();
    await stepper.step(batch);
    const { user, system } = process.cpuUsage(cpuStart);
    times.push([performance.now() - start, (user + system) / 1000]);
  }
  process.stdout.write(`${JSON.stringify(times)}\n`);
  if (report) process.stderr.write(report.text(Number(line)));
}
process.exit(0);
