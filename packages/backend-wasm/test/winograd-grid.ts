import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { type Simd } from '../src/index.ts';
import { winogradTiles, type Direction } from '../src/kernels/convolution-algorithm.ts';
import { convolutionInfo, writeGeometry } from '../src/kernels/convolution-geometry.ts';
import { runtimeOf } from '../src/runtime.ts';
import { on, relativeError, type Values } from './support.ts';

const KERNELS = {
  forward: 'winogradForward',
  'input-gradient': 'winogradInputGradient',
  'filter-gradient': 'winogradFilterGradient',
} as const;

/** One direction computed by Winograd's algorithm with a given tile, whatever the backend would choose. */
function winograd(
  direction: Direction,
  tile: number,
  info: tf.backend_util.Conv2DInfo,
  a: tf.Tensor,
  b: tf.Tensor,
): Float32Array {
  const runtime = runtimeOf(tf.backend());
  const shape = {
    forward: info.outShape,
    'input-gradient': info.inShape,
    'filter-gradient': info.filterShape,
  };
  const out = runtime.output(shape[direction]);
  const size = tf.util.sizeFromShape(out.shape);
  const bytes = () => new Float32Array(runtime.backend.wasm.HEAPU8.buffer, runtime.pointer(out), size);
  // What is not written shows as NaN.
  bytes().fill(NaN);
  const geometry = writeGeometry(runtime, info);
  const workspace = runtime.workspace(runtime.kernels.winogradWorkspace(geometry, tile));
  runtime.kernels[KERNELS[direction]](
    runtime.pointer(a),
    runtime.pointer(b),
    runtime.pointer(out),
    geometry,
    tile,
    workspace,
  );
  const values = Float32Array.from(bytes());
  tf.engine().makeTensorFromTensorInfo(out).dispose();
  return values;
}

/** Every tile of Winograd's algorithm, in the three directions, against tfjs's cpu backend. */
export function describeWinograd(simd: Simd): void {
  // batch, height, width, channels, filters, filter side, stride, padding
  const cases: [number, number, number, number, number, number, number, 'same' | 'valid' | number][] = [
    [2, 9, 8, 4, 8, 3, 1, 'same'],
    [1, 7, 11, 8, 12, 3, 1, 'valid'],
    [3, 3, 3, 4, 4, 3, 1, 'valid'],
    [1, 1, 1, 4, 8, 3, 1, 'same'],
    [2, 2, 5, 20, 4, 3, 1, 'same'],
    [1, 8, 8, 260, 12, 3, 1, 'same'],
    [180, 8, 8, 4, 12, 3, 1, 'same'],
    [2, 13, 14, 4, 8, 4, 2, 'valid'],
    [2, 14, 14, 64, 16, 4, 2, 'same'],
    [2, 13, 11, 8, 4, 5, 2, 'valid'],
    [2, 14, 16, 8, 4, 6, 2, 'valid'],
    [2, 9, 10, 4, 8, 3, 2, 'same'],
    [2, 9, 10, 4, 8, 3, 2, 1],
    [2, 7, 7, 4, 8, 5, 1, 2],
    [1, 23, 23, 4, 8, 11, 4, 2],
    [1, 12, 13, 4, 4, 7, 3, 2],
    [2, 8, 8, 4, 4, 2, 1, 'valid'],
    [2, 15, 14, 3, 8, 6, 2, 'valid'],
    [1, 23, 23, 3, 16, 11, 4, 2],
    [1, 6, 7, 5, 4, 3, 1, 'same'],
    [1, 6, 6, 140, 300, 3, 1, 'same'], // filters taken a part at a time, which end within a phase below
    [1, 9, 9, 36, 260, 5, 2, 'valid'],
  ];
  describe.each(cases)(
    `${simd}: Winograd, %i x %i x %i x %i, %i filters of side %i, stride %i, pad %s`,
    (batch, height, width, channels, filters, side, strides, pad) => {
      const inputShape = [batch, height, width, channels];
      const filterShape = [side, side, channels, filters];
      const attributes = { strides, pad, dilations: 1, dataFormat: 'NHWC' as const };
      const info = convolutionInfo('test', inputShape, filterShape, {
        ...attributes,
        strides: [strides, strides],
      });
      const operands = (values: Values) => {
        const x = values.tensor<tf.Rank.R4>(inputShape);
        const filter = values.tensor<tf.Rank.R4>(filterShape);
        return { x, filter, dy: values.tensor<tf.Rank.R4>(info.outShape) };
      };

      it.each(['forward', 'input-gradient', 'filter-gradient'] as const)('%s', async (direction) => {
        const [expected] = await on('cpu', (values) => {
          const { x, filter, dy } = operands(values);
          const run = (kernel: string, inputs: tf.NamedTensorMap) =>
            tf.engine().runKernel(kernel, inputs, { ...attributes, inputShape, filterShape }) as tf.Tensor;
          if (direction === 'forward') return [tf.conv2d(x, filter, strides, pad)];
          if (direction === 'input-gradient') return [run('Conv2DBackpropInput', { dy, filter })];
          return [run('Conv2DBackpropFilter', { x, dy })];
        });
        const tiles = winogradTiles(info);
        expect(tiles.length).toBeGreaterThan(0);
        await on('wasm', (values) => {
          const { x, filter, dy } = operands(values);
          const [a, b] = { forward: [x, filter], 'input-gradient': [dy, filter], 'filter-gradient': [x, dy] }[direction] as [tf.Tensor, tf.Tensor]; // prettier-ignore
          for (const tile of tiles) {
            const received = winograd(direction, tile, info, a, b);
            expect(relativeError(received, expected!.data), `tile ${tile}`).toBeLessThan(2e-5);
          }
          return [];
        });
      });
    },
  );
}
