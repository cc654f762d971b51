import type { ImageSource } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { forEachBatch, normalizingFactors, type ChannelStatistics } from './statistics.ts';
import { teacherFeatures, type Teacher } from './teacher.ts';

/**
 * Share of the teacher's variance that student and head explain on these images: 1 minus the squared error, each channel in
 * units of its variance, averaged over channels. Means and variances are those of the training images.
 */
export async function explainedVariance(
  source: ImageSource,
  networks: {
    readonly student: tf.LayersModel;
    readonly head: tf.LayersModel;
    readonly teacher: Teacher;
    readonly statistics: ChannelStatistics;
  },
): Promise<number> {
  const { student, head, teacher, statistics } = networks;
  const all = Uint32Array.from({ length: source.count }, (_, i) => i);
  let error = 0;
  let variance = 0;
  await forEachBatch(source, all, async (images) => {
    const sums = tf.tidy(() => {
      const factor = tf.tensor1d(normalizingFactors(statistics.deviation));
      const target = tf.mul(tf.sub(teacherFeatures(teacher, images), statistics.mean), factor);
      const features = student.apply(images, { training: false }) as tf.Tensor4D;
      const predicted = head.apply(features, { training: false }) as tf.Tensor4D;
      return tf.stack([tf.sum(tf.squaredDifference(predicted, target)), tf.sum(tf.square(target))]);
    });
    const [e, v] = await sums.data();
    sums.dispose();
    error += e!;
    variance += v!;
  });
  return 1 - error / variance;
}
