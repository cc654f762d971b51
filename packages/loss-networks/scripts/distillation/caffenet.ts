import { DataError, ShapeError, type LossNetwork } from '@paretrain/core';
import { readSafetensors } from '@paretrain/weights';
import * as tf from '@tensorflow/tfjs';
import { featureSide } from '../../src/alexnet-architecture.ts';

/** Mean of ImageNet that CaffeNet subtracts, red, green, blue, of 255. */
const MEAN = [123, 117, 104];
const SHAPES = {
  'conv1.weight': [96, 3, 11, 11],
  'conv1.bias': [96],
  'conv2.weight': [256, 48, 5, 5],
  'conv2.bias': [256],
} as const;
const LRN = { size: 5, alpha: 1e-4, beta: 0.75 } as const;

/** Activations of every stage for one batch, [batch, rows, columns, channels]. */
interface CaffenetActivations {
  /** Behind ReLU and max-pooling. */
  readonly pool1: tf.Tensor4D;
  /** Behind the local response normalisation. */
  readonly norm1: tf.Tensor4D;
  /** Behind the second convolution's ReLU. */
  readonly conv2: tf.Tensor4D;
}

/** The first two layers of BVLC CaffeNet, frozen. */
export interface Caffenet {
  /**
   * @param input [batch, height, width, 3], red, green, blue, 0 to 255 minus the mean
   * @param padding zeros around the input, 0 in Caffe
   */
  activations(input: tf.Tensor4D, padding: number): CaffenetActivations;
  dispose(): void;
}

/**
 * @param bytes a safetensors file with conv1.weight, conv1.bias, conv2.weight and conv2.bias in PyTorch's order
 * @throws {DataError} where a weight is missing or has another shape
 */
export function readCaffenet(bytes: Uint8Array): Caffenet {
  const { tensors } = readSafetensors(bytes);
  const weight = (name: keyof typeof SHAPES): tf.Tensor => {
    const shape: readonly number[] = SHAPES[name];
    const found = tensors[name];
    if (!found || found.shape.join() !== shape.join()) {
      throw new DataError(
        `CaffeNet: weight '${name}': received ${found ? `shape [${found.shape.join(', ')}]` : 'none'}, ` +
          `valid: [${shape.join(', ')}]`,
      );
    }
    return tf.tensor(found.data, [...shape]);
  };
  const weights = tf.tidy(() => ({
    // Caffe has blue first.
    conv1: tf.reverse(weight('conv1.weight').transpose([2, 3, 1, 0]), 2) as tf.Tensor4D,
    bias1: weight('conv1.bias') as tf.Tensor1D,
    // Two groups, as on the two GPUs of Krizhevsky et al. (2012): 48 input and 128 output channels each.
    conv2: tf.split(weight('conv2.weight').transpose([2, 3, 1, 0]) as tf.Tensor4D, 2, 3),
    bias2: weight('conv2.bias') as tf.Tensor1D,
    band: tf.tensor2d(bandMatrix(96, LRN.size), [96, 96]),
  }));
  return {
    activations(input, padding) {
      return tf.tidy(() => {
        const padded = tf.pad(input, [
          [0, 0],
          [padding, padding],
          [padding, padding],
          [0, 0],
        ]);
        const conv1 = tf.relu(
          tf.add(tf.conv2d(padded, weights.conv1, 4, 'valid'), weights.bias1),
        ) as tf.Tensor4D;
        const [, height, width] = conv1.shape;
        // Caffe rounds the pooled size up, tfjs down: the same only where the last window ends at the edge.
        if (height % 2 === 0 || width % 2 === 0 || Math.min(height, width) < 3) {
          throw new ShapeError('CaffeNet: first convolution', conv1.shape, 'odd sides from 3');
        }
        const pool1 = tf.maxPool(conv1, 3, 2, 'valid');
        const norm1 = normalizeResponse(pool1, weights.band);
        const halves = tf
          .split(norm1, 2, 3)
          .map((half, i) => tf.conv2d(half as tf.Tensor4D, weights.conv2[i] as tf.Tensor4D, 1, 'same'));
        const conv2 = tf.relu(tf.add(tf.concat(halves, 3), weights.bias2)) as tf.Tensor4D;
        return { pool1, norm1, conv2 };
      });
    },
    dispose() {
      tf.dispose([weights.conv1, weights.bias1, ...weights.conv2, weights.bias2, weights.band]);
    },
  };
}

/** 1 where two channels lie at most (size - 1) / 2 apart. */
function bandMatrix(channels: number, size: number): Float32Array {
  return Float32Array.from({ length: channels * channels }, (_, i) =>
    Math.abs(Math.floor(i / channels) - (i % channels)) <= (size - 1) / 2 ? 1 : 0,
  );
}

/** Local response normalisation across channels (Krizhevsky et al. 2012, section 3.3): x / (1 + alpha / n sum x^2)^beta. */
function normalizeResponse(x: tf.Tensor4D, band: tf.Tensor2D): tf.Tensor4D {
  const flat = tf.reshape(x, [-1, x.shape[3]]);
  const scale = tf.add(tf.mul(tf.matMul(tf.square(flat), band), LRN.alpha / LRN.size), 1);
  const root = tf.sqrt(scale);
  // scale^(3/4)
  return tf.reshape(tf.div(flat, tf.mul(root, tf.sqrt(root))), x.shape);
}

/** Pixels in [0, 1] to CaffeNet's input. */
function caffenetInput(images: tf.Tensor4D): tf.Tensor4D {
  return tf.tidy(() => tf.sub(tf.mul(images, 255), tf.tensor1d(MEAN)));
}

/**
 * The second layer's activations on the grid of AlexNet's: with a padding of 2 (in the mean colour) position (row, column)
 * is centred on the same pixel, and 64x64 pixels give 7x7 positions.
 */
export function caffenetTeacher(caffenet: Caffenet, images: tf.Tensor4D): tf.Tensor4D {
  return tf.tidy(() => caffenet.activations(caffenetInput(images), 2).conv2);
}

/**
 * CaffeNet itself as a loss network, for comparison: its second layer, each channel times its factor, then the sigmoid.
 */
export function caffenetLossNetwork(caffenet: Caffenet, factors: Float32Array): LossNetwork {
  const perChannel = tf.tensor1d(factors);
  return {
    name: 'caffenet',
    weightsChecksum: 'caffenet_conv12',
    features: (images) =>
      tf.tidy(() => {
        const maps = tf.sigmoid(tf.mul(caffenetTeacher(caffenet, images), perChannel));
        return tf.reshape(maps, [images.shape[0], -1]);
      }),
    featureCount: ({ height, width }) => featureSide(height) * featureSide(width) * 256,
    dispose: () => perChannel.dispose(),
  };
}
