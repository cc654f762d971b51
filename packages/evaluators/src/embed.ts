import {
  ConfigurationError,
  NonFiniteError,
  ShapeError,
  throwIfAborted,
  type BuiltMethod,
  type EmbeddingSet,
  type ImageSource,
} from '@paretrain/core';
import { forEachImageBatch, outputsOf } from './image-batches.ts';

export interface EmbedOptions {
  /** Images encoded at a time; changes speed and memory, never which rows come out. Default 256. */
  readonly batchSize?: number;
  readonly signal?: AbortSignal | undefined;
  /** From 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

/**
 * Frozen embeddings of every image of a split, in its order, with the targets.
 * @returns values count x size; of an empty source count 0 and size 0
 * @throws {ConfigurationError} when the method has no encoder
 * @throws {ShapeError} when the encoder's output is not [batch, size]
 * @throws {NonFiniteError} naming the first row that holds a NaN or an infinity
 */
export async function embed(
  method: Pick<BuiltMethod, 'encode'>,
  source: ImageSource,
  options: EmbedOptions = {},
): Promise<EmbeddingSet> {
  if (!method.encode) {
    throw new ConfigurationError(
      'embed: received a method without encode(), valid: a method with an encoder',
    );
  }
  const targets = new Float32Array(source.count * source.targetSize);
  let values = new Float32Array(0);
  let size = 0;
  await forEachImageBatch(source, options.batchSize, async (images, batch, first) => {
    throwIfAborted(options.signal);
    const { data, shape } = await outputsOf(() => method.encode!(images));
    const rows = images.shape[0];
    if (shape.length !== 2 || shape[0] !== rows || !shape[1] || (first > 0 && shape[1] !== size)) {
      throw new ShapeError(
        'embed: output of encode()',
        shape,
        `[${rows}, ${first > 0 ? size : 'latent size'}]`,
      );
    }
    if (first === 0) {
      size = shape[1];
      values = new Float32Array(source.count * size);
    }
    assertFiniteRows(data, size, first, 'embedding');
    values.set(data, first * size);
    targets.set(batch.targets, first * source.targetSize);
    options.onProgress?.((first + rows) / source.count);
  });
  return { count: source.count, size, values, targets };
}

/** @throws {NonFiniteError} naming the row, counted from `first`, and the value */
export function assertFiniteRows(values: Float32Array, size: number, first: number, what: string): void {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  throw new NonFiniteError(
    `${what}: row ${first + Math.floor(at / size)} holds ${values[at]} at position ${at % size}, valid: finite numbers`,
  );
}
