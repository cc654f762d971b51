import { axisWeights } from '@paretrain/transforms';
import * as tf from '@tensorflow/tfjs';

/**
 * Images resized to a square, bilinearly between the centres of pixels and without antialiasing, as PyTorch's `interpolate` with
 * `align_corners=False`. Two matrix products: tfjs's own resize has no gradient for this way of placing pixels.
 * @param images [batch, height, width, channels]
 * @returns [batch, side, side, channels]
 */
export function resizeBilinear(images: tf.Tensor4D, side: number): tf.Tensor4D {
  const [batch, height, width, channels] = images.shape;
  if (height === side && width === side) return images;
  return tf.tidy(() => {
    // [batch, channels, height, width]: the last axis is multiplied, then the one before it.
    const rows = tf.reshape(tf.transpose(images, [0, 3, 1, 2]), [batch * channels * height, width]);
    const wide = tf.reshape(tf.matMul(rows, weightMatrix(width, side)), [batch * channels, height, side]);
    const columns = tf.reshape(tf.transpose(wide, [0, 2, 1]), [batch * channels * side, height]);
    const resized = tf.matMul(columns, weightMatrix(height, side));
    return tf.transpose(tf.reshape(resized, [batch, channels, side, side]), [0, 3, 2, 1]);
  });
}

/** [inputs, outputs]: what each input adds to each output. */
function weightMatrix(inputs: number, outputs: number): tf.Tensor2D {
  const { taps, first, weights } = axisWeights(inputs, outputs, 'bilinear', false);
  const matrix = new Float32Array(inputs * outputs);
  for (let output = 0; output < outputs; output++) {
    for (let k = 0; k < taps; k++) {
      matrix[(first[output]! + k) * outputs + output] = weights[output * taps + k]!;
    }
  }
  return tf.tensor2d(matrix, [inputs, outputs]);
}
