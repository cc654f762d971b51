/**
 * Rates of the grouped convolutions of DPN-92, ResNeXt and (two groups) AlexNet on one core, in operations of the grouped sum, beside the
 * matrix product's: the best of many short runs by CPU time, taken in turns. Usage: npx tsx bench/grouped-convolution.ts [ROUNDS]
 */
import { groupedConv2d, Rng } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { kernelInfo } from '../src/index.ts';

const ROUNDS = Number(process.argv[2] ?? 6);
const MILLISECONDS = 60;

await tf.setBackend('wasm');
await tf.ready();
console.log(JSON.stringify(kernelInfo()));

interface Subject {
  readonly flop: number;
  readonly run: () => tf.Tensor;
  best: number;
}

const rows = new Map<string, Subject[]>();
const rng = Rng.stream(1, 'values');
const filled = <R extends tf.Rank>(shape: number[]): tf.Tensor<R> =>
  tf.tensor<R>(rng.normalArray(tf.util.sizeFromShape(shape)), shape as never);
const square = () => filled<tf.Rank.R2>([256, 256]);
const [a, b] = [square(), square()];
rows.set('matrix product 256 x 256 x 256', [
  { flop: 2 * 256 ** 3, run: () => tf.matMul(a, b), best: Infinity },
]);

for (const [batch, size, channels, filters, groups, kernel, stride] of [
  [32, 32, 96, 96, 32, 3, 1],
  [32, 16, 192, 192, 32, 3, 1],
  [32, 16, 384, 384, 32, 3, 2],
  [32, 8, 384, 384, 32, 3, 1],
  [32, 4, 768, 768, 32, 3, 1],
  [32, 16, 128, 128, 32, 3, 1],
  [8, 27, 96, 256, 2, 5, 1],
] as const) {
  const x = filled<tf.Rank.R4>([batch, size, size, channels]);
  const filter = filled<tf.Rank.R4>([kernel, kernel, channels / groups, filters]);
  const dy = groupedConv2d(x, filter, groups, stride, 'same');
  const flop = 2 * dy.size * kernel * kernel * (channels / groups);
  const attributes = { strides: stride, pad: 'same', dataFormat: 'NHWC', groups };
  const subject = (name: string, inputs: Record<string, tf.Tensor>, more: object): Subject => ({
    flop,
    run: () => tf.engine().runKernel(name, inputs, { ...attributes, ...more }) as tf.Tensor,
    best: Infinity,
  });
  rows.set(
    `${batch} x ${size}x${size}x${channels}, ${filters} of ${kernel}x${kernel}, ${groups} groups, stride ${stride}`,
    [
      subject('ParetrainGroupedConv2D', { x, filter }, {}),
      subject('ParetrainGroupedConv2DBackpropInput', { dy, filter }, { inputShape: x.shape }),
      subject('ParetrainGroupedConv2DBackpropFilter', { x, dy }, { filterShape: filter.shape }),
    ],
  );
}

for (let round = 0; round < ROUNDS; round++) {
  for (const subject of [...rows.values()].flat()) {
    const begin = performance.now();
    do {
      const start = process.cpuUsage();
      subject.run().dispose();
      const { user, system } = process.cpuUsage(start);
      subject.best = Math.min(subject.best, user + system);
    } while (performance.now() - begin < MILLISECONDS);
  }
}

console.log('GFLOP/s: forward, input gradient, filter gradient');
for (const [name, subjects] of rows) {
  const rates = subjects.map(({ flop, best }) => (flop / best / 1e3).toFixed(1).padStart(6));
  console.log(name.padEnd(58), ...rates);
}
process.exit(0);
