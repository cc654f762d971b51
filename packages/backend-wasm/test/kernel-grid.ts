import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { configureWasm, kernelInfo, type Simd } from '../src/index.ts';
import { runtimeOf } from '../src/runtime.ts';
import { expectSameAsCpu, on } from './support.ts';

const run = (kernel: string, inputs: Record<string, tf.Tensor>, attributes: object = {}) =>
  tf.engine().runKernel(kernel, inputs, attributes as never) as tf.Tensor;

/** Every kernel of one build against tfjs's cpu backend, over a grid of shapes. */
export function describeKernels(simd: Simd): void {
  beforeAll(async () => {
    configureWasm({ simd });
    await tf.setBackend('wasm');
    expect(kernelInfo().simd).toBe(simd);
  });

  describe.each([
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ])(`${simd}: matrix product, transposeA %s, transposeB %s`, (transposeA, transposeB) => {
    const matrices = (values: { tensor(shape: number[]): tf.Tensor }, m: number, n: number, k: number) =>
      [values.tensor(transposeA ? [k, m] : [m, k]), values.tensor(transposeB ? [n, k] : [k, n])] as const;

    it.each([
      [1, 1, 1],
      [6, 8, 4],
      [5, 7, 3],
      [13, 17, 31],
      [73, 9, 257],
      [100, 130, 70],
      [3, 260, 300],
      [32, 257, 261],
      [64, 300, 520],
      [33, 1030, 300],
      [8, 259, 515],
      [7, 256, 4100],
      [80, 1032, 300],
      [96, 32, 256], // from here on Strassen's algorithm: no rest, rests of every size, several blocks along every side
      [97, 40, 259],
      [119, 33, 328],
      [413, 389, 379],
      [110, 1100, 330],
      [100, 1032, 1100],
      [2200, 40, 512],
      [2200, 33, 600],
      [256, 256, 384], // and twice over
      [261, 279, 391],
      [397, 421, 1047],
      [1060, 390, 1030],
      [384, 1060, 1024],
      [384, 384, 2060],
      [0, 5, 3],
      [5, 0, 3],
      [4, 5, 0],
    ])('%i x %i, depth %i', async (m, n, k) => {
      await expectSameAsCpu((values) => {
        const [a, b] = matrices(values, m, n, k);
        return [tf.matMul(a, b, transposeA, transposeB)];
      }, `${m} ${n} ${k}`);
    });

    it.each([
      [1, 256],
      [2, 384],
    ])(
      "%i-fold Strassen's algorithm spreads an infinity to no more than the other halves",
      async (levels, depth) => {
        await tf.setBackend('wasm');
        const { kernels } = runtimeOf(tf.backend());
        const size = 384;
        const b = tf.ones<tf.Rank.R2>(transposeB ? [size, depth] : [depth, size]);
        const spoilt = tf.buffer<tf.Rank.R2>(
          transposeA ? [depth, size] : [size, depth],
          'float32',
          new Float32Array(size * depth).fill(1),
        );
        spoilt.set(Infinity, 4, 6);
        const finiteRows = () => {
          const out = tf.matMul(spoilt.toTensor(), b, transposeA, transposeB);
          return tf.sum(tf.cast(tf.isFinite(out), 'float32')).dataSync()[0]! / size;
        };
        expect(finiteRows()).toBeLessThan(size - 1);
        expect(finiteRows()).toBeGreaterThanOrEqual(size - 2 ** levels);
        kernels.allowStrassen(levels - 1);
        expect(finiteRows()).toBeGreaterThanOrEqual(size - 2 ** (levels - 1));
        kernels.allowStrassen(0);
        expect(finiteRows()).toBe(size - 1);
        kernels.allowStrassen(2);
      },
    );

    it('keeps NaN and infinities to their rows and columns', async () => {
      for (const [m, n, k] of [
        [14, 19, 9],
        [9, 260, 300],
      ] as const) {
        await expectSameAsCpu((values) => {
          const [a, b] = matrices(values, m, n, k);
          const spoil = (matrix: tf.Tensor, index: number, value: number) => {
            const data = Float32Array.from(matrix.dataSync());
            data[index] = value;
            return tf.tensor(data, matrix.shape);
          };
          return [
            tf.matMul(spoil(a, 5, NaN), b, transposeA, transposeB),
            tf.matMul(spoil(a, 7, Infinity), b, transposeA, transposeB),
            tf.matMul(a, spoil(b, 3, -Infinity), transposeA, transposeB),
          ];
        }, `NaN ${m} ${n} ${k}`);
      }
    });

    it('broadcasts and fuses', async () => {
      await expectSameAsCpu((values) => {
        const a = values.tensor(transposeA ? [3, 5, 4] : [3, 4, 5]);
        const b = values.tensor(transposeB ? [3, 7, 5] : [3, 5, 7]);
        const single = values.tensor(transposeB ? [1, 7, 5] : [1, 5, 7]);
        const [a2, b2] = matrices(values, 6, 11, 5);
        const bias = values.tensor([11]);
        return [
          tf.matMul(a, b, transposeA, transposeB),
          tf.matMul(a, single, transposeA, transposeB),
          ...(['linear', 'relu', 'relu6', 'sigmoid', 'elu', 'leakyrelu'] as const).map((activation) =>
            tf.fused.matMul({
              a: a2 as tf.Tensor2D,
              b: b2 as tf.Tensor2D,
              transposeA,
              transposeB,
              bias,
              activation,
            }),
          ),
          tf.fused.matMul({
            a: a2 as tf.Tensor2D,
            b: b2 as tf.Tensor2D,
            transposeA,
            transposeB,
            activation: 'relu',
          }),
        ];
      }, 'fused');
    });
  });

  describe(`${simd}: convolution and both gradients`, () => {
    // batch, height, width, channels, filters, filter height, filter width, stride, padding, dilation
    type Case = [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number | [number, number],
      unknown,
      number,
    ];
    const cases: Case[] = [];
    for (const channels of [1, 3, 5, 64]) {
      for (const [kernel, stride, pad] of [
        [1, 1, 'valid'],
        [3, 1, 'same'],
        [4, 2, 'valid'],
        [3, 2, 'same'],
        [5, 3, 1],
      ] as const) {
        cases.push([2, 9, 8, channels, 7, kernel, kernel, stride, pad, 1]);
      }
    }
    cases.push(
      [1, 1, 1, 3, 5, 1, 1, 1, 'valid', 1],
      [2, 1, 1, 4, 4, 3, 3, 1, 'same', 1],
      [3, 5, 5, 8, 64, 5, 5, 2, 'valid', 1],
      [70, 5, 5, 2, 9, 5, 5, 1, 'valid', 1],
      [2, 5, 5, 128, 260, 5, 5, 1, 'valid', 1],
      [
        2,
        11,
        6,
        3,
        16,
        3,
        2,
        [2, 1],
        [
          [0, 0],
          [2, 1],
          [0, 3],
          [0, 0],
        ],
        1,
      ],
      [2, 12, 12, 3, 64, 11, 11, 4, 2, 1],
      [2, 9, 8, 3, 5, 3, 3, 1, 'valid', 2],
      [2, 9, 8, 5, 9, 3, 2, 1, 'same', 3],
      [0, 8, 8, 3, 4, 3, 3, 1, 'same', 1],
      [0, 5, 5, 3, 4, 5, 5, 1, 'valid', 1],
      [2, 31, 31, 3, 32, 4, 4, 2, 'valid', 1],
      [2, 14, 14, 3, 32, 6, 6, 2, 'valid', 1],
    );
    it.each(cases)('%i x %i x %i x %i, %i filters %i x %i, stride %j, pad %j, dilation %i', async (...c) => {
      const [batch, height, width, channels, filters, filterHeight, filterWidth, strides, pad, dilations] = c;
      const inputShape = [batch, height, width, channels];
      const filterShape = [filterHeight, filterWidth, channels, filters];
      await expectSameAsCpu(
        (values) => {
          const x = values.tensor<tf.Rank.R4>(inputShape);
          const filter = values.tensor<tf.Rank.R4>(filterShape);
          const y = tf.conv2d(x, filter, strides, pad as 'same', 'NHWC', dilations);
          const dy = values.tensor(y.shape);
          const attributes = { strides, pad, dilations, dataFormat: 'NHWC', inputShape, filterShape };
          const bias = values.tensor<tf.Rank.R1>([filters]);
          // tfjs refuses dilated gradients before any kernel runs, and its cpu kernels ignore the dilation.
          if (dilations > 1) return [y];
          return [
            y,
            run('Conv2DBackpropInput', { dy, filter }, attributes),
            run('Conv2DBackpropFilter', { x, dy }, attributes),
            tf.fused.conv2d({ x, filter, strides, pad: pad as 'same', bias, activation: 'relu' }),
          ];
        },
        JSON.stringify(c),
        5e-5,
      );
    });

    it('keeps NaN of one pixel away from the others in narrow input gradients', async () => {
      await expectSameAsCpu((values) => {
        const dy = values.tensor([2, 4, 4, 6]);
        const data = Float32Array.from(dy.dataSync());
        data[0] = NaN;
        data[50] = Infinity;
        const filter = values.tensor([6, 6, 3, 6]);
        const attributes = { strides: 2, pad: 'valid', inputShape: [2, 12, 12, 3], dataFormat: 'NHWC' };
        return [run('Conv2DBackpropInput', { dy: tf.tensor(data, dy.shape), filter }, attributes)];
      }, 'NaN');
    });

    it('refuses NCHW as the stock kernels do', async () => {
      await on('wasm', (values) => {
        const [x, filter] = [
          values.tensor<tf.Rank.R4>([1, 3, 8, 8]),
          values.tensor<tf.Rank.R4>([3, 3, 3, 4]),
        ];
        expect(() => tf.conv2d(x, filter, 1, 'valid', 'NCHW')).toThrow(/channelsFirst.*channelsLast/);
        return [];
      });
    });

    it.each([
      [3, 1, 'same', 1],
      [8, 1, 'valid', 2],
      [5, 2, 'same', 1],
      [2, 2, 'valid', 3],
    ] as const)(
      'depthwise: %i channels, stride %i, %s, multiplier %i',
      async (channels, strides, pad, multiplier) => {
        await expectSameAsCpu((values) => {
          const x = values.tensor<tf.Rank.R4>([2, 9, 7, channels]);
          const filter = values.tensor<tf.Rank.R4>([3, 3, channels, multiplier]);
          const dy = values.tensor(tf.depthwiseConv2d(x, filter, strides, pad).shape);
          const loss = (x: tf.Tensor, filter: tf.Tensor) =>
            tf.sum(tf.mul(tf.depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, pad), dy));
          return tf.grads(loss)([x, filter]);
        }, 'depthwise');
      },
    );
  });

  describe(`${simd}: reductions, pooling gradients and activations`, () => {
    it.each([
      [
        [2, 3, 4, 5],
        [0, 1, 2],
      ],
      [
        [2, 3, 4, 5],
        [1, 2],
      ],
      [[2, 3, 4, 5], [3]],
      [
        [2, 3, 4, 5],
        [0, 2],
      ],
      [[300, 3], [0]],
      [[301, 5], [0]],
      [[4, 1000], undefined],
      [[7], [0]],
      [[0, 3], [0]],
      [[3, 0], [0]],
    ] as [number[], number[] | undefined][])('sum and mean of %j over %j', async (shape, axes) => {
      await expectSameAsCpu((values) => {
        const x = values.tensor(shape);
        return [
          tf.sum(x, axes),
          tf.sum(x, axes, true),
          ...(x.size ? [tf.mean(x, axes), tf.mean(x, axes, true)] : []),
        ];
      }, `${shape} ${axes}`);
    });

    it('sums integers and booleans as the stock kernel does', async () => {
      await expectSameAsCpu(() => [tf.sum(tf.tensor2d([1, 2, 3, 4], [2, 2], 'int32'), 0)], 'int32');
    });

    it('pooling gradients, ties included', async () => {
      await expectSameAsCpu((values) => {
        // Values from a small set, so that maxima tie; the cpu backend gives all of the gradient to one position.
        const x = tf.round(values.tensor<tf.Rank.R4>([2, 8, 9, 3]));
        return [
          ...[1, 2].flatMap((stride) => [
            tf.grad((x) => tf.sum(tf.square(tf.maxPool(x as tf.Tensor4D, 3, stride, 'same'))))(x),
            tf.grad((x) => tf.sum(tf.square(tf.avgPool(x as tf.Tensor4D, 2, stride, 'valid'))))(x),
          ]),
        ];
      }, 'pooling');
    });

    it('leaky ReLU with gradient, at zero and beyond', async () => {
      await expectSameAsCpu((values) => {
        const x = tf.concat([values.tensor([37]), tf.tensor1d([0, -0, NaN, Infinity, -Infinity])]);
        const dy = values.tensor([42]);
        return [
          tf.leakyRelu(x, 0.3),
          tf.grad((x) => tf.sum(tf.mul(tf.leakyRelu(x, 0.3), dy)))(x),
          tf.leakyRelu(tf.tensor1d([-2, 3], 'int32'), 0.5),
        ];
      }, 'leaky ReLU');
    });

    it.each([
      [[7], [2], [3]],
      [
        [3, 5, 4],
        [0, 0, 1],
        [3, 5, 2],
      ],
      [
        [3, 5, 4],
        [1, 0, 0],
        [2, 5, 4],
      ],
      [
        [2, 6, 3],
        [0, 2, 0],
        [2, -1, 3],
      ],
      [
        [2, 6, 300],
        [0, 1, 0],
        [2, 4, 300],
      ],
      [
        [3, 5, 4],
        [1, 1, 1],
        [1, 2, 3],
      ],
      [
        [3, 5],
        [0, 0],
        [3, 5],
      ],
      [
        [2, 6, 7, 3],
        [0, 2, 1, 0],
        [2, 3, 5, 3],
      ],
      [
        [3, 4, 5, 6],
        [1, 1, 2, 3],
        [2, 2, 3, 2],
      ],
      [
        [3, 5],
        [0, 2],
        [3, 0],
      ],
    ])('slices %j from %j, %j long, with gradient', async (shape, begin, size) => {
      await expectSameAsCpu((values) => {
        const x = values.tensor(shape);
        return [
          tf.slice(x, begin, size),
          ...(size.includes(0) ? [] : [tf.grad((x) => tf.sum(tf.square(tf.slice(x, begin, size))))(x)]),
        ];
      }, 'slice');
    });

    it.each<[number[], [number, number][]]>([
      [[5], [[2, 3]]],
      [
        [2, 3],
        [
          [0, 0],
          [0, 0],
        ],
      ],
      [
        [2, 5, 4, 3],
        [
          [0, 0],
          [2, 2],
          [1, 3],
          [0, 0],
        ],
      ],
      [
        [2, 3, 2, 3],
        [
          [1, 0],
          [0, 2],
          [0, 1],
          [2, 0],
        ],
      ],
      [
        [2, 0],
        [
          [1, 1],
          [2, 0],
        ],
      ],
    ])('pads %j by %j, with a value and with gradient', async (shape, paddings) => {
      await expectSameAsCpu((values) => {
        const x = values.tensor(shape);
        return [
          tf.pad(x, paddings),
          tf.pad(x, paddings, -1.5),
          ...(shape.includes(0) ? [] : [tf.grad((x) => tf.sum(tf.square(tf.pad(x, paddings, 2))))(x)]),
        ];
      }, 'pad');
    });

    it.each([0, 1, 2, -1])('concatenates along axis %i, empty tensors and many included', async (axis) => {
      await expectSameAsCpu((values) => {
        const along = (length: number) => {
          const shape = [3, 4, 5];
          shape[axis < 0 ? axis + 3 : axis] = length;
          return values.tensor(shape);
        };
        const parts = [along(2), along(1), along(0), along(130)];
        return [
          tf.concat(parts, axis),
          ...tf.grads((...x: tf.Tensor[]) => tf.sum(tf.square(tf.concat(x, axis))))([along(1), along(3)]),
        ];
      }, 'concat');
    });

    it('ReLU and sigmoid with gradients, far from zero too', async () => {
      await expectSameAsCpu((values) => {
        const x = tf.concat([tf.mul(values.tensor([37]), 30), tf.tensor1d([0, -0, 90, -90, 1e30, -1e30])]);
        const dy = values.tensor([43]);
        return [
          tf.sigmoid(x),
          tf.grad((x) => tf.sum(tf.mul(tf.sigmoid(x), dy)))(x),
          tf.grad((x) => tf.sum(tf.mul(tf.relu(x), dy)))(x),
        ];
      }, 'activations');
      await expectSameAsCpu(() => [tf.sigmoid(tf.tensor1d([NaN, 1]))], 'NaN');
    });
  });
}
