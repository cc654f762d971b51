import { throwIfAborted, type ImageSource } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { orthonormalise } from './orthonormalise.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

/** Images read at once. */
const CHUNK = 256;
/** The search ends where a pass over the images finds less than this share of their variance anew. */
const GAIN = 1e-6;
const MAX_PASSES = 50;
/** Of the largest variance along a component: what is below is rounding, no direction of the images. */
const SMALLEST = 1e-7;

export interface PrincipalComponents {
  /** Mean of each pixel, in [0, 1]. */
  readonly mean: Float32Array;
  /** [pixels, count], orthonormal columns, the largest variance first; zeros where the images vary in fewer directions. */
  readonly directions: tf.Tensor2D;
  /** Variance of the images along each, the mean over the images of squared pixels in [0, 1]. */
  readonly variances: Float64Array;
  /** Of the pixels together. */
  readonly totalVariance: number;
}

/**
 * The directions in which the images of a source vary most, by orthogonal iteration with Rayleigh-Ritz rotations (Golub and Van Loan 2013,
 * section 8.2): a few passes over the images, which never lie in memory together. The caller disposes `directions`.
 * @param start [pixels, at least count]: where the search begins, such as random numbers; more columns than `count` make it shorter
 * @throws {AbortedError} when stopped
 */
export async function principalComponents(
  source: ImageSource,
  count: number,
  start: tf.Tensor2D,
  signal?: AbortSignal,
): Promise<PrincipalComponents> {
  const { mean, totalVariance } = await moments(source, signal);
  if (totalVariance === 0) {
    const directions = tf.zeros<tf.Rank.R2>([mean.length, count]);
    return { mean, directions, variances: new Float64Array(count), totalVariance };
  }
  // Images vary in fewer directions than there are of them.
  const columns = Math.min(start.shape[1], source.count);
  let basis = tf.tidy(() => orthonormalise(tf.slice(start, [0, 0], [mean.length, columns])));
  let captured = -Infinity;
  for (let pass = 1; ; pass++) {
    const product = await covarianceProduct(source, mean, basis, signal);
    const seen: tf.Tensor2D = tf.matMul(basis, product, true);
    const { values, vectors } = symmetricEigen(seen);
    const before = captured;
    captured = values.subarray(0, count).reduce((sum, value) => sum + value, 0);
    const last = captured - before <= GAIN * totalVariance || pass === MAX_PASSES;
    const next: tf.Tensor2D = tf.tidy(() =>
      last ? tf.matMul(basis, vectors) : orthonormalise(tf.matMul(product, vectors)),
    );
    tf.dispose([basis, product, seen, vectors]);
    basis = next;
    if (last) {
      const variances = new Float64Array(count);
      variances.set(values.slice(0, count).map((value) => (value > SMALLEST * values[0]! ? value : 0)));
      const directions = tf.tidy(() => kept(basis, variances));
      basis.dispose();
      return { mean, directions, variances, totalVariance };
    }
  }
}

/** The first columns, as many as there are variances; of either sign of a direction the one whose largest number is positive. */
function kept(basis: tf.Tensor2D, variances: Float64Array): tf.Tensor2D {
  const missing = Math.max(0, variances.length - basis.shape[1]);
  const columns = tf.slice(tf.pad(basis, [[0, 0], [0, missing]]), [0, 0], [basis.shape[0], variances.length]); // prettier-ignore
  const signs = tf.sign(tf.add(tf.max(columns, 0), tf.min(columns, 0)));
  return tf.mul(columns, tf.mul(signs, tf.tensor1d(Float32Array.from(variances, Math.sign))));
}

/** In whole bytes, whose sums are exact: the variance of images that are all alike is 0. */
async function moments(
  source: ImageSource,
  signal?: AbortSignal,
): Promise<{ mean: Float32Array; totalVariance: number }> {
  const { count, image } = source;
  const pixels = image.height * image.width * image.channels;
  const sums = new Float64Array(pixels);
  const squares = new Float64Array(pixels);
  for await (const bytes of chunks(source, signal)) {
    for (let i = 0, pixel = 0; i < bytes.length; i++) {
      const value = bytes[i]!;
      sums[pixel]! += value;
      squares[pixel]! += value * value;
      if (++pixel === pixels) pixel = 0;
    }
  }
  const variances = sums.map((sum, pixel) => (count * squares[pixel]! - sum * sum) / (255 * count) ** 2);
  return {
    mean: Float32Array.from(sums, (sum) => sum / count / 255),
    totalVariance: variances.reduce((sum, variance) => sum + variance, 0),
  };
}

/** The covariance matrix of the pixels, which is never formed, times the columns of `basis`. */
async function covarianceProduct(
  source: ImageSource,
  mean: Float32Array,
  basis: tf.Tensor2D,
  signal?: AbortSignal,
): Promise<tf.Tensor2D> {
  let sum: tf.Tensor2D = tf.zerosLike(basis);
  for await (const bytes of chunks(source, signal)) {
    const next: tf.Tensor2D = tf.tidy(() => {
      const images = tf.tensor2d(
        Float32Array.from(bytes, (byte) => byte / 255),
        [bytes.length / mean.length, mean.length],
      );
      const centred = tf.sub(images, mean);
      const scaled: tf.Tensor2D = tf.div(tf.matMul(centred, basis), source.count);
      return tf.add(sum, tf.matMul(centred, scaled, true)) as tf.Tensor2D;
    });
    sum.dispose();
    sum = next;
  }
  return sum;
}

async function* chunks(source: ImageSource, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  for (let begin = 0; begin < source.count; begin += CHUNK) {
    throwIfAborted(signal);
    const length = Math.min(CHUNK, source.count - begin);
    yield (await source.read(Uint32Array.from({ length }, (_, i) => begin + i))).images;
  }
}
