import * as tf from '@tensorflow/tfjs';
import type { StagePlan } from './weight-reader.ts';
import { POINT } from './window.ts';

export interface ResponseNormalizationOptions {
  readonly name: string;
  readonly channels: number;
  /** Neighbouring channels that are summed, an odd number. */
  readonly size: number;
  readonly alpha: number;
}

/**
 * Local response normalisation across channels (Krizhevsky, Sutskever and Hinton 2012, section 3.3) as Caffe has it, with
 * beta = 3/4: x / (1 + alpha / size sum x^2)^(3/4), the sum over the channels at most (size - 1) / 2 away.
 */
export function responseNormalization(options: ResponseNormalizationOptions): StagePlan {
  const { name, channels, size, alpha } = options;
  return {
    name,
    channels,
    build() {
      // The sum over neighbours is a matrix product with a band of ones: two native kernels on every backend.
      const band = tf.tensor2d(bandMatrix(channels, (size - 1) / 2), [channels, channels]);
      return Promise.resolve({
        name,
        window: POINT,
        border: 'zeros',
        channels,
        weights: [band],
        apply: (x) =>
          tf.tidy(() => {
            const flat = tf.reshape(x, [-1, channels]);
            const scale = tf.add(tf.mul(tf.matMul(tf.square(flat), band), alpha / size), 1);
            const root = tf.sqrt(scale);
            return tf.reshape(tf.div(flat, tf.mul(root, tf.sqrt(root))), x.shape);
          }),
      });
    },
  };
}

/** 1 where two channels lie at most so far apart. */
function bandMatrix(channels: number, reach: number): Float32Array {
  return Float32Array.from({ length: channels * channels }, (_, i) =>
    Math.abs(Math.floor(i / channels) - (i % channels)) <= reach ? 1 : 0,
  );
}
