import { groupedConv2d } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { normal, type ParityCase } from './parity-case.ts';

type Padding = 'valid' | 'same' | number;

interface Geometry {
  readonly batch?: number;
  readonly image: readonly [height: number, width: number, channels: number];
  readonly filters: number;
  readonly kernel: number | readonly [number, number];
  readonly stride: number | readonly [number, number];
  readonly pad: Padding;
}

/** The geometries of the repository's networks, small, and those that kernels get wrong: odd sizes, uneven padding. */
const CONVOLUTIONS: readonly Geometry[] = [
  { image: [5, 5, 3], filters: 4, kernel: 1, stride: 1, pad: 'valid' },
  { image: [6, 5, 3], filters: 4, kernel: 1, stride: 2, pad: 'same' },
  { image: [7, 6, 1], filters: 5, kernel: 3, stride: 1, pad: 'same' },
  { image: [7, 6, 4], filters: 8, kernel: 3, stride: 1, pad: 'valid' },
  { image: [8, 7, 3], filters: 7, kernel: 3, stride: 2, pad: 'same' },
  { image: [7, 8, 4], filters: 4, kernel: 3, stride: 2, pad: 'same' },
  { image: [10, 10, 3], filters: 8, kernel: 4, stride: 2, pad: 'valid' },
  { image: [9, 9, 8], filters: 16, kernel: 4, stride: 2, pad: 'valid' },
  { image: [9, 8, 5], filters: 3, kernel: 5, stride: 3, pad: 1 },
  { image: [7, 7, 4], filters: 6, kernel: 5, stride: 1, pad: 'same' },
  { image: [19, 19, 3], filters: 8, kernel: 11, stride: 4, pad: 2 },
  { image: [11, 6, 3], filters: 4, kernel: [3, 2], stride: [2, 1], pad: 'same' },
  { image: [3, 3, 4], filters: 4, kernel: 3, stride: 1, pad: 'valid' },
  { batch: 1, image: [6, 6, 36], filters: 33, kernel: 3, stride: 1, pad: 'same' },
  { batch: 5, image: [5, 5, 2], filters: 3, kernel: 5, stride: 2, pad: 'valid' },
];

/** Those of the decoder, whose transposed convolutions have no padding, and padded ones. */
const TRANSPOSED: readonly Geometry[] = [
  { image: [1, 1, 16], filters: 6, kernel: 5, stride: 2, pad: 'valid' },
  { image: [5, 5, 4], filters: 3, kernel: 5, stride: 2, pad: 'valid' },
  { image: [4, 3, 4], filters: 3, kernel: 6, stride: 2, pad: 'valid' },
  { image: [4, 4, 3], filters: 5, kernel: 3, stride: 1, pad: 'same' },
  { image: [4, 5, 3], filters: 4, kernel: 3, stride: 2, pad: 'same' },
];

const GROUPED = [
  { channels: 8, filters: 8, groups: 4, stride: 1 },
  { channels: 6, filters: 12, groups: 3, stride: 2 },
  { channels: 6, filters: 4, groups: 2, stride: 1 },
] as const;

const DEPTHWISE = [
  { channels: 3, multiplier: 1, stride: 1, pad: 'same' },
  { channels: 8, multiplier: 2, stride: 1, pad: 'valid' },
  { channels: 5, multiplier: 1, stride: 2, pad: 'same' },
  { channels: 4, multiplier: 3, stride: 2, pad: 'valid' },
] as const;

function sides(kernel: Geometry['kernel']): readonly [number, number] {
  return typeof kernel === 'number' ? [kernel, kernel] : kernel;
}

function describe({ batch = 2, image, filters, kernel, stride, pad }: Geometry): string {
  const size = `${batch}x${image.join('x')}, ${filters} filters ${sides(kernel).join('x')}`;
  return `${size}, stride ${stride}, ${typeof pad === 'number' ? `padding ${pad}` : pad}`;
}

/** Output size of a transposed convolution along one axis. */
function grown(size: number, kernel: number, stride: number, pad: Padding): number {
  return pad === 'same' ? size * stride : (size - 1) * stride + kernel;
}

/** Convolutions of every kind, in image and filter. */
export const convolutionCases: readonly ParityCase[] = [
  ...CONVOLUTIONS.map((geometry): ParityCase => {
    const { batch = 2, image, filters, kernel, stride, pad } = geometry;
    return {
      id: `conv2d: ${describe(geometry)}`,
      operation: 'conv2d',
      inputs: [normal([batch, ...image]), normal([...sides(kernel), image[2], filters])],
      compute: (x, filter) =>
        tf.conv2d(
          x as tf.Tensor4D,
          filter as tf.Tensor4D,
          stride as number | [number, number],
          pad as 'same',
        ),
    };
  }),
  ...(['linear', 'relu', 'sigmoid'] as const).map((activation): ParityCase => ({
    id: `layers.conv2d: bias and ${activation}`,
    operation: 'layers.conv2d',
    inputs: [normal([2, 7, 6, 3]), normal([3, 3, 3, 5]), normal([5])],
    compute: (x, filter, bias) =>
      tf.fused.conv2d({
        x: x as tf.Tensor4D,
        filter: filter as tf.Tensor4D,
        bias: bias!,
        strides: 2,
        pad: 'same',
        activation,
      }),
  })),
  ...TRANSPOSED.map((geometry): ParityCase => {
    const { batch = 2, image, filters, kernel, stride, pad } = geometry;
    const [side] = sides(kernel);
    const step = stride as number;
    const [height, width] = [grown(image[0], side, step, pad), grown(image[1], side, step, pad)];
    return {
      id: `conv2dTranspose: ${describe(geometry)}`,
      operation: 'conv2dTranspose',
      inputs: [normal([batch, ...image]), normal([side, side, filters, image[2]])],
      compute: (x, filter) =>
        tf.conv2dTranspose(
          x as tf.Tensor4D,
          filter as tf.Tensor4D,
          [batch, height, width, filters],
          step,
          pad as 'same',
        ),
    };
  }),
  ...GROUPED.map(({ channels, filters, groups, stride }): ParityCase => ({
    id: `groupedConv2d: ${channels} to ${filters} channels in ${groups} groups, stride ${stride}`,
    operation: 'groupedConv2d',
    inputs: [normal([2, 6, 5, channels]), normal([3, 3, channels / groups, filters])],
    compute: (x, filter) => groupedConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, groups, stride, 'same'),
  })),
  ...DEPTHWISE.map(({ channels, multiplier, stride, pad }): ParityCase => ({
    id: `depthwiseConv2d: ${channels} channels x ${multiplier}, stride ${stride}, ${pad}`,
    operation: 'depthwiseConv2d',
    inputs: [normal([2, 7, 6, channels]), normal([3, 3, channels, multiplier])],
    compute: (x, filter) => tf.depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stride, pad),
  })),
];
