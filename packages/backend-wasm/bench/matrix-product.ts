/**
 * Rates of the matrix product and of the autoencoder's convolutions on one core. The best of many short runs is printed beside the median:
 * on a shared machine the best is the rate, the median the weather. Usage: npx tsx bench/matrix-product.ts [--stock]
 * With --stock the kernels of @tensorflow/tfjs-backend-wasm run instead, where it has them. Without it large products run once more, in turns without
 * Strassen's algorithm, with it and with it twice over (which only the largest are): the best rate, the median of the ratios, and the largest
 * difference as a share of the largest value.
 */
import * as tf from '@tensorflow/tfjs';
import { median } from 'simple-statistics';

const stock = process.argv.includes('--stock');
const own = stock ? undefined : await import('../src/index.ts');
if (stock) await import('@tensorflow/tfjs-backend-wasm');
await tf.setBackend('wasm');
await tf.ready();

const filled = (shape: number[]) => {
  const values = Float32Array.from(
    { length: tf.util.sizeFromShape(shape) },
    (_, i) => ((i * 7919) % 1000) / 1000 - 0.5,
  );
  return tf.tensor(values, shape);
};

function time(label: string, flop: number, run: () => tf.Tensor): void {
  const times: number[] = [];
  const begin = performance.now();
  while (times.length < 10 || (performance.now() - begin < 700 && times.length < 400)) {
    const start = performance.now();
    run().dispose();
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const rate = (ms: number) => (flop / ms / 1e6).toFixed(1).padStart(6);
  console.log(
    `${label.padEnd(52)} best ${rate(times[0]!)}  median ${rate(times[times.length >> 1]!)} GFLOP/s  ${times[0]!.toFixed(2)} ms`,
  );
}

console.log(own ? JSON.stringify(own.kernelInfo()) : 'stock kernels');
for (const [m, n, k] of [
  [1024, 1024, 1024],
  [256, 256, 256],
  [32, 3200, 1024],
  [32, 1024, 3200],
  [32, 9408, 2048],
  [2048, 9408, 32],
  [2048, 1048, 384],
  [1026, 64, 512],
  [21_600, 64, 512],
] as const) {
  for (const transposeA of [false, true]) {
    for (const transposeB of [false, true]) {
      const a = filled(transposeA ? [k, m] : [m, k]);
      const b = filled(transposeB ? [n, k] : [k, n]);
      const name = `${m}x${k} ${transposeA ? 'A^T' : 'A  '} times ${k}x${n} ${transposeB ? 'B^T' : 'B  '}`;
      time(name, 2 * m * n * k, () => tf.matMul(a, b, transposeA, transposeB));
      tf.dispose([a, b]);
    }
  }
}

if (own) {
  const { kernels } = (await import('../src/runtime.ts')).runtimeOf(tf.backend());
  const LEVELS = [0, 1, 2] as const;
  /** One product with Strassen's algorithm used up to `levels` times over, and the milliseconds it took. */
  const product = (levels: number, a: tf.Tensor, b: tf.Tensor, transposeB: boolean): [tf.Tensor, number] => {
    kernels.allowStrassen(levels);
    const start = performance.now();
    const result = tf.matMul(a, b, false, transposeB);
    return [result, performance.now() - start];
  };
  for (const [m, n, k] of [
    [1024, 1024, 1024],
    [512, 512, 512],
    [1026, 64, 512],
    [21_600, 64, 512],
    [2048, 1048, 384],
    [2048, 384, 1288],
    [512, 768, 2304],
    [4800, 64, 256],
    [4800, 32, 512],
    [96, 512, 512],
  ] as const) {
    for (const transposeB of [false, true]) {
      const a = filled([m, k]);
      const b = filled(transposeB ? [n, k] : [k, n]);
      const times: number[][] = LEVELS.map(() => []);
      const differences = LEVELS.map(() => 0);
      for (let round = 0; round < 25; round++) {
        const results = LEVELS.map((levels) => product(levels, a, b, transposeB));
        const sum = results[0]![0];
        results.forEach(([result, milliseconds], levels) => {
          times[levels]!.push(milliseconds);
          const error = tf.tidy(
            () => tf.div(tf.max(tf.abs(tf.sub(sum, result))), tf.max(tf.abs(sum))).dataSync()[0]!,
          );
          differences[levels] = Math.max(differences[levels]!, error);
        });
        tf.dispose(results.map(([result]) => result));
      }
      const rate = (levels: number) => ((2 * m * n * k) / Math.min(...times[levels]!) / 1e6).toFixed(1);
      const compared = LEVELS.slice(1).map((levels) => {
        const ratio = median(times[0]!.map((sum, round) => sum / times[levels]![round]!));
        return `${levels === 1 ? 'once' : 'twice'} ${rate(levels)}, ${ratio.toFixed(2)} times as fast, differs by ${differences[levels]!.toExponential(1)}`;
      });
      const name = `${m}x${k} times ${k}x${n} ${transposeB ? 'B^T' : 'B  '}`;
      console.log(`${name.padEnd(34)} sum ${rate(0)} GFLOP/s, Strassen ${compared.join('; ')}`);
      tf.dispose([a, b]);
    }
  }
  kernels.allowStrassen(2);
}

const BATCH = 32;
for (const [size, input, filters, kernel] of [
  [64, 3, 32, 4],
  [31, 32, 64, 4],
  [14, 64, 128, 4],
  [6, 128, 256, 4],
  [5, 128, 1024, 5],
  [13, 64, 128, 5],
  [30, 32, 64, 6],
  [64, 3, 32, 6],
] as const) {
  const x = filled([BATCH, size, size, input]) as tf.Tensor4D;
  const w = filled([kernel, kernel, input, filters]) as tf.Tensor4D;
  const y = tf.conv2d(x, w, 2, 'valid');
  const flop = 2 * y.size * kernel * kernel * input;
  const name = `${size}x${size}x${input} filters ${kernel}x${kernel}x${filters}`;
  const run = (kernelName: string, inputs: Record<string, tf.Tensor>, attributes: object) =>
    tf.engine().runKernel(kernelName, inputs, {
      strides: 2,
      pad: 'valid',
      dataFormat: 'NHWC',
      dilations: 1,
      ...attributes,
    }) as tf.Tensor;
  time(`forward          ${name}`, flop, () => tf.conv2d(x, w, 2, 'valid'));
  time(`input gradient   ${name}`, flop, () =>
    run('Conv2DBackpropInput', { dy: y, filter: w }, { inputShape: x.shape }),
  );
  if (own)
    time(`filter gradient  ${name}`, flop, () =>
      run('Conv2DBackpropFilter', { x, dy: y }, { filterShape: w.shape }),
    );
  tf.dispose([x, w, y]);
}
process.exit(0);
