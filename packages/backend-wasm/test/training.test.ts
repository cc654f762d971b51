import { Rng } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { configureWasm, kernelInfo } from '../src/index.ts';

/** A plain tfjs program: nothing in it knows of this package. */
function convolutionalModel(optimizer: () => tf.Optimizer): tf.Sequential {
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({
        inputShape: [12, 12, 3],
        filters: 5,
        kernelSize: 3,
        strides: 2,
        kernelInitializer: 'zeros',
      }),
      tf.layers.batchNormalization(),
      tf.layers.reLU(),
      tf.layers.conv2dTranspose({
        filters: 6,
        kernelSize: 3,
        strides: 2,
        activation: 'relu',
        kernelInitializer: 'zeros',
      }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.separableConv2d({
        filters: 8,
        kernelSize: 3,
        activation: 'elu',
        depthwiseInitializer: 'zeros',
        pointwiseInitializer: 'zeros',
      }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 4, activation: 'sigmoid', kernelInitializer: 'zeros' }),
    ],
  });
  const rng = Rng.stream(3, 'weights');
  const weights = model.getWeights();
  const filled = weights.map((w) =>
    w.rank > 1 ? tf.tensor(rng.normalArray(w.size, 0, 0.4), w.shape) : w.clone(),
  );
  model.setWeights(filled);
  tf.dispose(filled);
  model.compile({ optimizer: optimizer(), loss: 'meanSquaredError' });
  return model;
}

async function trainPlainProgram(
  backend: string,
  steps: number,
  optimizer: () => tf.Optimizer = () => tf.train.adam(0.01),
) {
  await tf.setBackend(backend);
  await tf.ready();
  const rng = Rng.stream(4, 'data');
  const x = tf.tensor(rng.normalArray(8 * 432), [8, 12, 12, 3]);
  const y = tf.sigmoid(tf.tensor(rng.normalArray(32), [8, 4]));
  const model = convolutionalModel(optimizer);
  const losses: number[] = [];
  let tensors = 0;
  for (let i = 0; i < steps; i++) {
    losses.push((await model.trainOnBatch(x, y)) as number);
    if (i === 1) tensors = tf.memory().numTensors;
  }
  const leaked = tf.memory().numTensors - tensors;
  const predictions = tf.tidy(() => Array.from((model.predict(x) as tf.Tensor).dataSync()));
  const moving = Array.from(model.layers[1]!.getWeights()[2]!.dataSync());
  model.dispose();
  tf.dispose([x, y]);
  return { losses, leaked, predictions, moving };
}

describe('a plain tf.sequential model with tf.train.adam', () => {
  it('trains on wasm as on cpu and leaks nothing', async () => {
    const cpu = await trainPlainProgram('cpu', 20);
    const wasm = await trainPlainProgram('wasm', 20);
    expect(wasm.losses.at(-1)).toBeLessThan(wasm.losses[0]! * 0.5);
    wasm.losses.forEach((loss, i) => expect(Math.abs(loss - cpu.losses[i]!)).toBeLessThan(1e-3));
    wasm.predictions.forEach((value, i) => expect(Math.abs(value - cpu.predictions[i]!)).toBeLessThan(5e-3));
    wasm.moving.forEach((value, i) => expect(Math.abs(value - cpu.moving[i]!)).toBeLessThan(1e-3));
    expect(wasm.leaked).toBe(0);
  });

  it('repeats itself bit for bit', async () => {
    const first = await trainPlainProgram('wasm', 5);
    const second = await trainPlainProgram('wasm', 5);
    expect(second.losses).toEqual(first.losses);
    expect(second.predictions).toEqual(first.predictions);
  });

  it('survives the memory growing in mid-training, which detaches every JavaScript view of it', async () => {
    const before = await trainPlainProgram('wasm', 3);
    const bytes = kernelInfo().heapBytes;
    const ballast = tf.zeros([Math.ceil(bytes / 4) + 1]);
    expect(kernelInfo().heapBytes).toBeGreaterThan(bytes);
    const after = await trainPlainProgram('wasm', 3);
    expect(after.losses).toEqual(before.losses);
    // Large enough that the kernels' own workspace grows the memory too.
    tf.tidy(() => {
      const x = tf.ones([4, 128, 128, 16]) as tf.Tensor4D;
      // Ten filters, which Winograd's algorithm does not take: the sum of ones is exact.
      const y = tf.conv2d(x, tf.ones([3, 3, 16, 10]), 1, 'same');
      expect(y.dataSync()[0]).toBe(4 * 16);
    });
    ballast.dispose();
  });

  it.each([
    ['tf.train.sgd', () => tf.train.sgd(0.05)],
    ['tf.train.momentum', () => tf.train.momentum(0.02, 0.9)],
    ['tf.train.momentum with Nesterov', () => tf.train.momentum(0.02, 0.9, true)],
  ])('%s trains to the losses of the cpu backend', async (_name, optimizer) => {
    const expected = await trainPlainProgram('cpu', 6, optimizer);
    const received = await trainPlainProgram('wasm', 6, optimizer);
    expect(received.leaked).toBe(0);
    expect(expected.losses.at(-1)).toBeLessThan(expected.losses[0]!);
    received.losses.forEach((loss, i) => expect(Math.abs(loss / expected.losses[i]! - 1)).toBeLessThan(1e-4));
  });

  it('keeps the optimiser state where getWeights and setWeights find it', async () => {
    await tf.setBackend('wasm');
    const optimizer = tf.train.adam(0.1);
    const w = tf.variable(tf.tensor1d([1, 2, 3]), true, 'state-test');
    for (let i = 0; i < 3; i++) optimizer.minimize(() => tf.sum(tf.square(w)));
    const saved = await optimizer.getWeights();
    expect(saved.map(({ name }) => name)).toEqual(['iter', 'state-test/m', 'state-test/v']);
    const restored = tf.train.adam(0.1);
    await restored.setWeights(saved);
    const copy = tf.variable(w.clone(), true, 'state-test-copy');
    optimizer.minimize(() => tf.sum(tf.square(w)));
    restored.minimize(() => tf.sum(tf.square(copy)), false, [copy]);
    const [a, b] = [w.dataSync(), copy.dataSync()];
    a.forEach((value, i) => expect(Math.abs(value - b[i]!)).toBeLessThan(1e-6));
  });

  it('keeps the momentum where getWeights finds it', async () => {
    await tf.setBackend('wasm');
    const optimizer = tf.train.momentum(0.1, 0.9);
    const w = tf.variable(tf.tensor1d([1, 2, 3]), true, 'momentum-test');
    for (let i = 0; i < 2; i++) optimizer.minimize(() => tf.sum(tf.square(w)), false, [w]);
    const saved = await optimizer.getWeights();
    expect(saved.map(({ name }) => name)).toEqual(['iter', 'momentum-test/momentum']);
    // g = 2 w: 2, then .9 x 2 + 2 x .8 for the first weight.
    expect(saved[1]!.tensor.dataSync()[0]).toBeCloseTo(3.4, 5);
    expect(w.dataSync()[0]).toBeCloseTo(0.46, 5);
  });
});

describe('options', () => {
  it('names what it received and what is valid', () => {
    expect(() => configureWasm({ simd: 'avx' as never })).toThrow(/auto, relaxed, plain.*"avx"/);
  });

  it('refuses to change the build of a running backend', async () => {
    await tf.setBackend('wasm');
    expect(() => configureWasm({ simd: 'plain' })).toThrow(/before the wasm backend/);
  });
});
