import { type Rng, readImages, type ImageSource } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';

/** Mean, standard deviation and root mean square of every channel. */
export interface ChannelStatistics {
  readonly mean: Float32Array;
  readonly deviation: Float32Array;
  readonly rootMeanSquare: Float32Array;
}

const CHUNK = 50;

/** `count` images of a source, drawn without replacement, in ascending order. */
export function sampleIndices(source: ImageSource, count: number, rng: Rng): Uint32Array {
  return rng.permutation(source.count).slice(0, count).sort();
}

/** Calls `work` with the images, some at a time; what it returns is disposed by it. */
export async function forEachBatch(
  source: ImageSource,
  indices: Uint32Array,
  work: (images: tf.Tensor4D) => Promise<void> | void,
): Promise<void> {
  for (let begin = 0; begin < indices.length; begin += CHUNK) {
    const { images, targets } = await readImages(source, indices.subarray(begin, begin + CHUNK));
    targets.dispose();
    await work(images);
    images.dispose();
  }
}

/** Statistics over images and positions of what a network makes of these images: [batch, rows, columns, channels]. */
export async function channelStatistics(
  source: ImageSource,
  indices: Uint32Array,
  network: (images: tf.Tensor4D) => tf.Tensor4D,
): Promise<ChannelStatistics> {
  const sums: Float64Array[] = [];
  let positions = 0;
  await forEachBatch(source, indices, async (images) => {
    const [sum, squares, count] = tf.tidy(() => {
      const maps = network(images);
      return [
        tf.sum(maps, [0, 1, 2]),
        tf.sum(tf.square(maps), [0, 1, 2]),
        maps.size / maps.shape[3],
      ] as const;
    });
    for (const [which, tensor] of [sum, squares].entries()) {
      const values = (await tensor.data()) as Float32Array;
      const total = (sums[which] ??= new Float64Array(values.length));
      for (const [i, value] of values.entries()) total[i] = total[i]! + value;
    }
    tf.dispose([sum, squares]);
    positions += count;
  });
  const mean = Float32Array.from(sums[0]!, (value) => value / positions);
  const rootMeanSquare = Float32Array.from(sums[1]!, (value) => Math.sqrt(value / positions));
  const deviation = mean.map((value, i) => Math.sqrt(Math.max(0, rootMeanSquare[i]! ** 2 - value ** 2)));
  return { mean, deviation, rootMeanSquare };
}

/** Channels with less than this share of the mean size are silent: what little they do is not worth imitating. */
const SILENT = 1e-3;

/** What brings every channel to size 1 (a deviation, or a root mean square): 1 / size, and 0 for silent channels. */
export function normalizingFactors(sizes: Float32Array): Float32Array {
  const mean = sizes.reduce((sum: number, value: number) => sum + value, 0) / sizes.length;
  return sizes.map((value) => (value > SILENT * mean ? 1 / value : 0));
}
