import '@paretrain/backend-wasm';
import { parseArgs } from 'node:util';
import { Rng } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { alexnetArchitecture } from '../src/alexnet.ts';
import { PaddedStages } from '../src/stages/padded-stages.ts';
import { buildStages, disposeStages, runStages } from '../src/stages/stage-network.ts';

/*
 * What it saves to compute only the positions that see the image, when 64x64 pixels are padded with zeros to 224x224: AlexNet
 * to its second ReLU, on weights and images that are drawn (their values do not change the time). Whole and padded
 * computation take turns; the least time of each, which other load on the machine disturbs least.
 */
const { values } = parseArgs({
  options: { batch: { type: 'string', default: '16' }, repeats: { type: 'string', default: '15' } },
});
const [batch, repeats] = [Number(values.batch), Number(values.repeats)];
const [IMAGE, SIDE] = [64, 224];
const EDGE = (SIDE - IMAGE) / 2;

await tf.setBackend('wasm');
await tf.ready();
const stages = await buildStages(alexnetArchitecture.stages.slice(0, 3), (name, shape) => {
  const count = shape.reduce((product, size) => product * size, 1);
  return Promise.resolve(Rng.stream(0, name).uniformArray(count, -0.05, 0.05));
});
const padded = new PaddedStages(stages, SIDE, 3);
const pixels = Rng.stream(0, 'images').uniformArray(batch * IMAGE * IMAGE * 3, 0, 1);
const images = tf.tensor4d(pixels, [batch, IMAGE, IMAGE, 3]);

const whole = (x: tf.Tensor4D): tf.Tensor4D => {
  const edges: [number, number] = [EDGE, EDGE];
  return runStages(stages, tf.pad(x, [[0, 0], edges, edges, [0, 0]])).at(-1)!;
};
const sparse = (x: tf.Tensor4D): tf.Tensor4D => padded.run(x);
const gradientOf = (f: (x: tf.Tensor4D) => tf.Tensor4D) => (x: tf.Tensor4D) =>
  tf.grad((x) => tf.sum(f(x as tf.Tensor4D)))(x);

for (const [what, one, other] of [
  ['forward', whole, sparse],
  ['forward and gradient to the image', gradientOf(whole), gradientOf(sparse)],
] as const) {
  const times: [number[], number[]] = [[], []];
  // The first round is not counted: memory is taken and kernels are compiled.
  for (let round = -1; round < repeats; round++) {
    for (const [i, f] of [one, other].entries()) {
      const milliseconds = measure(f);
      if (round >= 0) times[i]!.push(milliseconds);
    }
  }
  const [slow, fast] = times.map((list) => Math.min(...list)) as [number, number];
  console.log(
    `${what}, ${batch} images: whole ${slow.toFixed(1)} ms, padded ${fast.toFixed(1)} ms, ` +
      `${(slow / fast).toFixed(1)} times faster`,
  );
}
padded.dispose();
disposeStages(stages);
images.dispose();

function measure(f: (x: tf.Tensor4D) => tf.Tensor): number {
  const begin = performance.now();
  // The WASM backend has computed when the call returns; reading the values would add a copy.
  tf.tidy(() => void f(images));
  return performance.now() - begin;
}
