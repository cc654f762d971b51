import * as tf from '@tensorflow/tfjs';
import { throwIfAborted } from '../errors.ts';
import type { ImageSource } from '../dataset.ts';
import type { BuiltMethod, ImageConstant } from '../method.ts';
import { readImages } from './batches.ts';
import { yieldToEventLoop } from './yield.ts';

/** Images per forward pass of the frozen network while a cache is filled. */
const CHUNK = 64;

/** Gives the values of a method's image constants for a batch: from a cache, or computed. */
export interface ConstantProvider {
  /** Whether all constants come from the cache. */
  readonly cached: boolean;
  /** Seconds spent filling the cache. */
  readonly fillSeconds: number;
  /** Tensors [batch, size] by name; the caller disposes them. */
  get(images: tf.Tensor4D, indices: ArrayLike<number>): Record<string, tf.Tensor2D>;
}

/** Bytes that the cache of these constants takes for `count` images. */
export function cacheBytes(constants: BuiltMethod['constants'], count: number): number {
  return Object.values(constants).reduce((sum, constant) => sum + constant.size * count * 4, 0);
}

/** Computes constants anew at every step, as the papers' times do. */
export function computedConstants(constants: BuiltMethod['constants']): ConstantProvider {
  return {
    cached: false,
    fillSeconds: 0,
    get: (images) => mapConstants(constants, (constant) => tf.tidy(() => constant.compute(images))),
  };
}

/** Computes the constants of every image once, in order, and serves them from memory. */
export async function cachedConstants(
  constants: BuiltMethod['constants'],
  source: ImageSource,
  options: { readonly signal?: AbortSignal; readonly onProgress?: (share: number) => void } = {},
): Promise<ConstantProvider> {
  const started = performance.now();
  const caches = new Map<string, Float32Array>();
  for (const [name, constant] of Object.entries(constants)) {
    caches.set(name, new Float32Array(constant.size * source.count));
  }
  for (let begin = 0; begin < source.count; begin += CHUNK) {
    await yieldToEventLoop();
    throwIfAborted(options.signal);
    const indices = range(begin, Math.min(source.count, begin + CHUNK));
    const { images, targets } = await readImages(source, indices);
    for (const [name, constant] of Object.entries(constants)) {
      const values = tf.tidy(() => constant.compute(images));
      caches.get(name)!.set((await values.data()) as Float32Array, begin * constant.size);
      values.dispose();
    }
    images.dispose();
    targets.dispose();
    options.onProgress?.(indices[indices.length - 1]! / source.count);
  }
  return {
    cached: true,
    fillSeconds: (performance.now() - started) / 1000,
    get: (_images, indices) =>
      mapConstants(constants, (constant, name) => {
        const cache = caches.get(name)!;
        const rows = new Float32Array(indices.length * constant.size);
        for (let i = 0; i < indices.length; i++) {
          const begin = indices[i]! * constant.size;
          rows.set(cache.subarray(begin, begin + constant.size), i * constant.size);
        }
        return tf.tensor2d(rows, [indices.length, constant.size]);
      }),
  };
}

function mapConstants(
  constants: BuiltMethod['constants'],
  give: (constant: ImageConstant, name: string) => tf.Tensor2D,
): Record<string, tf.Tensor2D> {
  return Object.fromEntries(Object.entries(constants).map(([name, c]) => [name, give(c, name)]));
}

/** Integers from begin to end - 1. */
export function range(begin: number, end: number): Uint32Array {
  return Uint32Array.from({ length: Math.max(0, end - begin) }, (_, i) => begin + i);
}
