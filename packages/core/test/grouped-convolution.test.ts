import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ConfigurationError, ShapeError, groupedConv2d } from '../src/index.ts';
import fixture from './fixtures/grouped-convolution.json' with { type: 'json' };

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** The fixture's inputs: value i is sin(frequency (i + 1)). */
function wave(frequency: number, shape: readonly number[]): tf.Tensor4D {
  const values = Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, (_, i) =>
    Math.sin(frequency * (i + 1)),
  );
  return tf.tensor4d(values, shape as [number, number, number, number]);
}

function expectClose(received: tf.Tensor, expected: readonly number[]): void {
  const values = received.dataSync();
  expect(values.length).toBe(expected.length);
  const scale = Math.max(...expected.map(Math.abs));
  expected.forEach((value, i) => expect(Math.abs(values[i]! - value) / scale).toBeLessThan(1e-5));
}

/** Output and both gradients of the loss sum(y wave(.3)). */
function run(x: tf.Tensor4D, filter: tf.Tensor4D, groups: number, stride: number, pad: number) {
  const apply = (x: tf.Tensor4D, filter: tf.Tensor4D) => groupedConv2d(x, filter, groups, stride, pad);
  const y = apply(x, filter);
  const upstream = wave(0.3, y.shape);
  const [dx, dfilter] = tf.grads((x, filter) =>
    tf.sum(tf.mul(apply(x as tf.Tensor4D, filter as tf.Tensor4D), upstream)),
  )([x, filter]) as [tf.Tensor4D, tf.Tensor4D];
  return { y, dx, dfilter };
}

describe('groupedConv2d', () => {
  it.each(fixture.cases)(
    'agrees with PyTorch: $groups groups, filter $filter, stride $stride',
    ({ x, filter, groups, stride, padding, shape, y, dx, dfilter }) => {
      tf.tidy(() => {
        const received = run(wave(0.7, x), wave(1.3, filter), groups, stride, padding);
        expect(received.y.shape).toEqual(shape);
        expectClose(received.y, y);
        expectClose(received.dx, dx);
        expectClose(received.dfilter, dfilter);
      });
    },
  );

  it('is the plain convolution with one group, and the depthwise one with a group a channel', () => {
    tf.tidy(() => {
      const x = wave(0.7, [2, 5, 6, 4]);
      const whole = wave(1.3, [3, 3, 4, 8]);
      const expected = tf.conv2d(x, whole, [2, 1], 'same');
      expectClose(groupedConv2d(x, whole, 1, [2, 1], 'same'), [...expected.dataSync()]);
      const single = wave(1.3, [3, 3, 1, 4]);
      const depthwise = tf.depthwiseConv2d(x, tf.reshape(single, [3, 3, 4, 1]) as tf.Tensor4D, 1, 'same');
      expectClose(groupedConv2d(x, single, 4, 1, 'same'), [...depthwise.dataSync()]);
    });
  });

  it('leaves no tensors behind', () => {
    const [x, filter] = [wave(0.7, [1, 4, 4, 4]), wave(1.3, [3, 3, 2, 4])];
    const before = tf.memory().numTensors;
    tf.dispose(run(x, filter, 2, 1, 1));
    // The upstream values of `run`, and nothing else.
    expect(tf.memory().numTensors).toBe(before + 1);
  });

  it('names what it received and what is valid', () => {
    const x = wave(0.7, [1, 4, 4, 6]);
    const filter = (inputs: number, outputs: number) => wave(1.3, [3, 3, inputs, outputs]);
    for (const groups of [0, -1, 1.5, Number.NaN]) {
      expect(() => groupedConv2d(x, filter(3, 4), groups)).toThrow(ConfigurationError);
    }
    expect(() => groupedConv2d(x, filter(3, 4), 4)).toThrow(/x: received shape \[1, 4, 4, 6\].*4 groups/);
    expect(() => groupedConv2d(x, filter(6, 4), 2)).toThrow(ShapeError);
    expect(() => groupedConv2d(x, filter(3, 5), 2)).toThrow(/\[3, 3, 3, 5\].*\[height, width, 3, filters\]/);
  });
});

describe('groupedConv2d with kernels of the backend', () => {
  const names = [
    'ParetrainGroupedConv2D',
    'ParetrainGroupedConv2DBackpropInput',
    'ParetrainGroupedConv2DBackpropFilter',
  ] as const;
  afterEach(() => names.forEach((name) => tf.unregisterKernel(name, 'cpu')));

  it('calls them with the names, inputs and attributes of the contract', () => {
    const calls: Record<string, unknown> = {};
    const results = { [names[0]]: [2, 3, 2, 4], [names[1]]: [2, 5, 4, 6], [names[2]]: [3, 3, 3, 4] };
    for (const name of names) {
      tf.registerKernel({
        kernelName: name,
        backendName: 'cpu',
        kernelFunc: ({ inputs, attrs }) => {
          const shapes = Object.entries(inputs).map(([key, info]) => [key, (info as tf.TensorInfo).shape]);
          calls[name] = { inputs: Object.fromEntries(shapes), attrs };
          return tf.fill(results[name]!, names.indexOf(name) + 1);
        },
      });
    }
    tf.tidy(() => {
      const x = wave(0.7, [2, 5, 4, 6]);
      const filter = wave(1.3, [3, 3, 3, 4]);
      const y = groupedConv2d(x, filter, 2, 2, 1);
      expect(new Set(y.dataSync())).toEqual(new Set([1]));
      const [dx, dfilter] = tf.grads((x, filter) =>
        tf.sum(groupedConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 2, 2, 1)),
      )([x, filter]) as [tf.Tensor, tf.Tensor];
      expect(dx.shape).toEqual(x.shape);
      expect(new Set(dx.dataSync())).toEqual(new Set([2]));
      expect(dfilter.shape).toEqual(filter.shape);
      expect(new Set(dfilter.dataSync())).toEqual(new Set([3]));
    });
    const attrs = { groups: 2, strides: [2, 2], pad: 1, dataFormat: 'NHWC', dilations: [1, 1] };
    const [x, filter, dy] = [[2, 5, 4, 6], [3, 3, 3, 4], [2, 3, 2, 4]]; // prettier-ignore
    expect(calls).toEqual({
      [names[0]]: { inputs: { x, filter }, attrs },
      [names[1]]: { inputs: { dy, filter }, attrs: { ...attrs, inputShape: x } },
      [names[2]]: { inputs: { x, dy }, attrs: { ...attrs, filterShape: filter } },
    });
  });
});
