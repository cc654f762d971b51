/**
 * Rates of the convolutions of the autoencoder, its loss network, a VGG and a ResNet-18 at batch 32: the direct product against every tile of
 * Winograd's algorithm, in GFLOP/s of the direct sum, by CPU time, with the largest difference from it as a share of its largest value. A star marks what the backend chooses; the constants in
 * src/kernels/convolution-algorithm.ts come from here. Usage: npx tsx bench/convolution.ts [NAME ...]
 */
import { Rng } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { winogradTile, winogradTiles } from '../src/kernels/convolution-algorithm.ts';
import { convolutionInfo, writeGeometry } from '../src/kernels/convolution-geometry.ts';
import '../src/index.ts';
import { runtimeOf } from '../src/runtime.ts';

await tf.setBackend('wasm');
await tf.ready();
const runtime = runtimeOf(tf.backend());
const { kernels } = runtime;

const BATCH = 32;
// Height and width of the input, channels, filters, side of the filter, stride, padding.
const LAYERS: Readonly<Record<string, [number, number, number, number, number, 'same' | 'valid' | number]>> =
  {
    'encoder 1': [64, 3, 32, 4, 2, 'valid'],
    'encoder 2': [31, 32, 64, 4, 2, 'valid'],
    'encoder 3': [14, 64, 128, 4, 2, 'valid'],
    'encoder 4': [6, 128, 256, 4, 2, 'valid'],
    'decoder 2': [13, 64, 128, 5, 2, 'valid'],
    'decoder 3': [30, 32, 64, 6, 2, 'valid'],
    'decoder 4': [64, 3, 32, 6, 2, 'valid'],
    'loss network 1': [64, 3, 64, 11, 4, 2],
    'loss network 2': [7, 64, 192, 5, 1, 2],
    'vgg 64': [32, 64, 64, 3, 1, 'same'],
    'vgg 64-128': [16, 64, 128, 3, 1, 'same'],
    'vgg 128': [16, 128, 128, 3, 1, 'same'],
    'vgg 256': [8, 256, 256, 3, 1, 'same'],
    'resnet 64-128': [32, 64, 128, 3, 2, 'same'],
    'resnet 512': [4, 512, 512, 3, 1, 'same'],
  };

const DIRECTIONS = {
  forward: ['convolutionForward', 'winogradForward'],
  'input-gradient': ['convolutionInputGradient', 'winogradInputGradient'],
  'filter-gradient': ['convolutionFilterGradient', 'winogradFilterGradient'],
} as const;

const rng = Rng.stream(1, 'images');
const filled = (shape: number[]): tf.Tensor =>
  tf.tensor(rng.uniformArray(tf.util.sizeFromShape(shape), -0.5, 0.5), shape);

const largest = (values: Float32Array): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** Least CPU time of a call, milliseconds. */
function least(run: () => void): number {
  let best = Infinity;
  const begin = performance.now();
  for (let i = 0; i < 4 || performance.now() - begin < 400; i++) {
    const start = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}

const wanted = process.argv.slice(2);
for (const [name, [side, channels, filters, filter, strides, pad]] of Object.entries(LAYERS)) {
  if (wanted.length && !wanted.some((text) => name.startsWith(text))) continue;
  const info = convolutionInfo('bench', [BATCH, side, side, channels], [filter, filter, channels, filters], {
    strides,
    pad,
  });
  const flop = 2 * tf.util.sizeFromShape(info.outShape) * filter * filter * channels;
  const [x, dy, w] = [filled(info.inShape), filled(info.outShape), filled(info.filterShape)];
  for (const [direction, [direct, winograd]] of Object.entries(DIRECTIONS)) {
    const operands = { forward: [x, w], 'input-gradient': [dy, w], 'filter-gradient': [x, dy] };
    const results = { forward: dy, 'input-gradient': x, 'filter-gradient': w };
    const [a, b] = operands[direction as keyof typeof operands] as [tf.Tensor, tf.Tensor];
    const out = runtime.output(results[direction as keyof typeof results].shape);
    const pointers = [runtime.pointer(a), runtime.pointer(b), runtime.pointer(out)] as const;
    const geometry = writeGeometry(runtime, info);
    const chosen = winogradTile(info, direction as keyof typeof DIRECTIONS);
    let sums = new Float32Array();
    const cells = [0, ...winogradTiles(info)].map((tile) => {
      const ms = least(() => {
        if (tile === 0) {
          const workspace = runtime.workspace(kernels.convolutionWorkspace(geometry));
          kernels[direct](...pointers, geometry, workspace);
        } else {
          const workspace = runtime.workspace(kernels.winogradWorkspace(geometry, tile));
          kernels[winograd](...pointers, geometry, tile, workspace);
        }
      });
      const values = Float32Array.from(tf.backend().readSync(out.dataId) as Float32Array);
      if (tile === 0) sums = values;
      const label = tile === 0 ? 'direct' : `${tile}x${tile}`;
      const differs = largest(values.map((value, i) => value - sums[i]!)) / largest(sums);
      const error = tile === 0 ? '' : ` ${differs.toExponential(0)}`;
      return `${tile === chosen ? '*' : ' '}${label} ${ms.toFixed(2).padStart(6)} ms ${(flop / ms / 1e6).toFixed(0).padStart(4)}${error}`;
    });
    console.log(`${name.padEnd(15)} ${direction.padEnd(16)} ${cells.join('  ')}`);
    tf.engine().makeTensorFromTensorInfo(out).dispose();
  }
  tf.dispose([x, dy, w]);
}
