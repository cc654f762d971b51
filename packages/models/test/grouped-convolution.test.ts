import { ConfigurationError, Rng, ShapeError } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { DualPathJoin, GroupedConv2D, type GroupedConv2DArguments } from '../src/index.ts';

const rng = Rng.stream(4, 'grouped-test');
const random = (...shape: [number, number, number, number]): tf.Tensor4D =>
  tf.tensor4d(rng.normalArray(tf.util.sizeFromShape(shape)), shape);

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('GroupedConv2D', () => {
  const settings = { filters: 6, kernelSize: [3, 2], groups: 2, strides: [2, 1] } as const;

  it.each(['valid', 'same'] as const)('convolves each group by itself: %s', (padding) => {
    tf.tidy(() => {
      const layer = new GroupedConv2D({ ...settings, padding });
      const x = random(2, 5, 6, 4);
      const y = layer.apply(x) as tf.Tensor4D;
      layer.setWeights([layer.getWeights()[0]!, tf.tensor1d([1, 2, 3, 4, 5, 6])]);
      expect(y.shape).toEqual([2, ...(padding === 'same' ? [3, 6] : [2, 5]), 6]);
      expect(layer.computeOutputShape([null, 5, 6, 4])).toEqual([null, ...y.shape.slice(1)]);
      expect(layer.computeOutputShape([null, null, 6, 4])[1]).toBe(null);
      const [kernel, bias] = layer.getWeights() as [tf.Tensor4D, tf.Tensor1D];
      expect(kernel.shape).toEqual([3, 2, 2, 6]);
      const group = (g: number): tf.Tensor4D =>
        tf.conv2d(
          tf.slice(x, [0, 0, 0, 2 * g], [-1, -1, -1, 2]),
          tf.slice(kernel, [0, 0, 0, 3 * g], [-1, -1, -1, 3]),
          [2, 1],
          padding,
        );
      const expected = tf.add(tf.concat([group(0), group(1)], 3), bias);
      const received = layer.apply(x) as tf.Tensor;
      expect(tf.max(tf.abs(tf.sub(received, expected))).dataSync()[0]).toBeLessThan(1e-6);
      layer.dispose();
    });
  });

  it('trains with tfjs as any layer does', async () => {
    const model = tf.sequential({
      layers: [
        new GroupedConv2D({ ...settings, inputShape: [5, 6, 4] }),
        tf.layers.flatten(),
        tf.layers.dense({ units: 1 }),
      ],
    });
    model.compile({ optimizer: tf.train.adam(0.02), loss: 'meanSquaredError' });
    const [x, y] = [random(8, 5, 6, 4), tf.tensor2d(rng.normalArray(8), [8, 1])];
    const first = (await model.trainOnBatch(x, y)) as number;
    for (let i = 0; i < 20; i++) await model.trainOnBatch(x, y);
    expect((await model.trainOnBatch(x, y)) as number).toBeLessThan(first / 10);
    model.dispose();
    tf.dispose([x, y]);
  });

  it('comes back from its configuration', () => {
    const args: GroupedConv2DArguments = {
      name: 'g',
      filters: 4,
      kernelSize: 3,
      groups: 2,
      useBias: false,
      kernelInitializer: 'zeros',
    };
    const config = new GroupedConv2D(args).getConfig();
    const again = new GroupedConv2D(config as unknown as GroupedConv2DArguments);
    expect(again.getConfig()).toEqual(config);
    expect(config).toMatchObject({ ...args, kernelSize: [3, 3], strides: [1, 1], padding: 'valid' });
    tf.dispose(again.apply(tf.zeros([1, 3, 3, 2])) as tf.Tensor);
    expect(again.getWeights().map(({ shape }) => shape)).toEqual([[3, 3, 1, 4]]);
    expect(new Set(again.getWeights()[0]!.dataSync())).toEqual(new Set([0]));
  });

  it('names what it received and what is valid', () => {
    const make = (change: Partial<GroupedConv2DArguments>) => () =>
      new GroupedConv2D({ name: 'g', ...settings, ...change });
    expect(make({ groups: 0 })).toThrow(ConfigurationError);
    expect(make({ groups: 0 })).toThrow('g: groups: received 0, valid: an integer from 1');
    expect(make({ kernelSize: [3, 1.5] })).toThrow('g: kernel size: received 1.5');
    expect(make({ filters: 5 })).toThrow('g: filters: received 5 with 2 groups, valid: a multiple');
    expect(() => make({})().apply(tf.zeros([1, 5, 5, 3]))).toThrow(ShapeError);
  });
});

describe('DualPathJoin', () => {
  const join = (a: tf.Tensor4D, b: tf.Tensor4D): tf.Tensor =>
    new DualPathJoin({ residual: 3 }).apply([a, b]) as tf.Tensor;

  it('adds the residual channels, keeps the others side by side and differentiates', () => {
    tf.tidy(() => {
      const [a, b] = [random(2, 2, 3, 5), random(2, 2, 3, 4)];
      const composed = (a: tf.Tensor4D, b: tf.Tensor4D): tf.Tensor => {
        const [a1, a2] = tf.split(a, [3, 2], 3) as [tf.Tensor, tf.Tensor];
        const [b1, b2] = tf.split(b, [3, 1], 3) as [tf.Tensor, tf.Tensor];
        return tf.concat([tf.add(a1, b1), a2, b2], 3);
      };
      const y = join(a, b);
      expect(y.shape).toEqual([2, 2, 3, 6]);
      expect(new DualPathJoin({ residual: 3 }).computeOutputShape([a.shape, b.shape])).toEqual(y.shape);
      expect([...y.dataSync()]).toEqual([...composed(a, b).dataSync()]);
      const upstream = random(2, 2, 3, 6);
      const gradients = (f: typeof composed): tf.Tensor[] =>
        tf.grads((a, b) => tf.sum(tf.mul(f(a as tf.Tensor4D, b as tf.Tensor4D), upstream)))([a, b]);
      const expected = gradients(composed);
      gradients(join).forEach((gradient, i) => {
        expect([...gradient.dataSync()]).toEqual([...expected[i]!.dataSync()]);
      });
    });
  });

  it('names what it received and what is valid', () => {
    expect(() => new DualPathJoin({ name: 'j', residual: 0 })).toThrow('j: residual: received 0');
    const input = (channels: number): tf.SymbolicTensor => tf.input({ shape: [4, 4, channels] });
    expect(() => new DualPathJoin({ residual: 3 }).apply([input(5), input(2)])).toThrow(
      /received shape \[, 4, 4, 2\], expected .*at least 3 channels/,
    );
  });
});
