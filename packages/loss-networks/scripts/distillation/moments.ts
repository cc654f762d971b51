import type { ImageSource } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { Matrix } from 'ml-matrix';
import { forEachBatch } from './statistics.ts';
import type { TeacherMaps } from './teacher.ts';

/** Means of products of the teacher's channels over images and positions. */
export interface Moments {
  /** pool1 with itself, 96 x 96. */
  readonly pool1: Matrix;
  /** pool1 (rows) with norm1 (columns). */
  readonly pool1ByNorm1: Matrix;
  readonly norm1: Matrix;
  readonly relu2: Matrix;
  /** 1 x 256. */
  readonly relu2Mean: Matrix;
}

/** Moments of what the teacher makes of these images. */
export async function channelMoments(
  source: ImageSource,
  indices: Uint32Array,
  maps: (images: tf.Tensor4D) => TeacherMaps,
): Promise<Moments> {
  const sums = new Map<keyof Moments, Matrix>();
  let positions = 0;
  await forEachBatch(source, indices, async (images) => {
    const products = tf.tidy(() => {
      const { pool1, norm1, relu2 } = maps(images);
      const [p, n, r] = [pool1, norm1, relu2].map(
        (map) => tf.reshape(map, [-1, map.shape[3]]) as tf.Tensor2D,
      );
      positions += p!.shape[0];
      return {
        pool1: tf.matMul(p!, p!, true),
        pool1ByNorm1: tf.matMul(p!, n!, true),
        norm1: tf.matMul(n!, n!, true),
        relu2: tf.matMul(r!, r!, true),
        relu2Mean: tf.sum(r!, 0, true) as tf.Tensor2D,
      };
    });
    for (const [name, product] of Object.entries(products) as [keyof Moments, tf.Tensor2D][]) {
      const [rows, columns] = product.shape;
      const values = Matrix.from1DArray(rows, columns, await product.data());
      sums.set(name, sums.get(name)?.add(values) ?? values);
      product.dispose();
    }
  });
  const mean = (name: keyof Moments): Matrix => sums.get(name)!.div(positions);
  return {
    pool1: mean('pool1'),
    pool1ByNorm1: mean('pool1ByNorm1'),
    norm1: mean('norm1'),
    relu2: mean('relu2'),
    relu2Mean: mean('relu2Mean'),
  };
}
