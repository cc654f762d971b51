import { biasActivation } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { convolution } from './convolution.ts';
import { readConvolution, type ConvolutionWeights } from './read-convolution.ts';
import type { StagePlan } from './weight-reader.ts';

export interface FireOptions {
  readonly name: string;
  /** Torchvision's name of the module, such as `features.3`. */
  readonly weights: string;
  readonly inputs: number;
  readonly squeeze: number;
  /** Filters of each of the two expanding convolutions. */
  readonly expand: number;
}

/**
 * The fire module of SqueezeNet (Iandola et al. 2016, section 3.2) as two stages: `<name>-squeeze`, a convolution 1x1, and
 * `<name>`, convolutions 1x1 and 3x3 of its output side by side; a ReLU behind each.
 */
export function fire({ name, weights, inputs, squeeze, expand }: FireOptions): readonly StagePlan[] {
  return [
    convolution({
      name: `${name}-squeeze`,
      weights: `${weights}.squeeze`,
      inputs,
      filters: squeeze,
      size: 1,
    }),
    {
      name,
      channels: 2 * expand,
      async build(read) {
        const one = await readConvolution(read, `${weights}.expand1x1`, [expand, squeeze, 1, 1]);
        const three = await readConvolution(read, `${weights}.expand3x3`, [expand, squeeze, 3, 3]);
        return {
          name,
          window: { size: 3, stride: 1, padding: 1 },
          border: 'zeros',
          channels: 2 * expand,
          weights: [...one, ...three],
          apply: (x) =>
            tf.tidy(() => {
              const [batch, height, width, channels] = x.shape;
              const middle = tf.slice(x, [0, 1, 1, 0], [batch, height - 2, width - 2, channels]);
              return tf.concat([convolve(middle, one), convolve(x, three)], 3);
            }),
        };
      },
    },
  ];
}

function convolve(x: tf.Tensor4D, [kernel, bias]: ConvolutionWeights): tf.Tensor4D {
  return biasActivation(tf.conv2d(x, kernel, 1, 'valid'), bias, 'relu');
}
