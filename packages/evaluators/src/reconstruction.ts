import {
  ConfigurationError,
  DataError,
  ShapeError,
  defineEvaluator,
  imageSize,
  throwIfAborted,
  type EvaluatorContext,
  type EvaluatorResult,
  type ImageShape,
} from '@paretrain/core';
import { encode } from 'fast-png';
import { z } from 'zod';
import { assertFiniteRows } from './embed.ts';
import { forEachImageBatch, outputsOf } from './image-batches.ts';

const options = z.strictObject({
  /** Images reconstructed at a time; does not change the result. */
  batchSize: z.number().int().positive().default(128),
  /** Test images kept with their reconstructions, evenly spread over the split. */
  pairs: z.number().int().min(0).default(6),
});
export type ReconstructionOptions = z.infer<typeof options>;

/** A test image and its reconstruction as PNG data URIs. */
export interface ReconstructionPair {
  /** Position in the test split. */
  readonly index: number;
  readonly input: string;
  readonly output: string;
}

/**
 * How well a method's decoder gives the test images back: mean squared (`mse`) and mean absolute (`l1`) error of pixels in
 * [0, 1], and a few pairs to look at. Low error is not the same as useful embeddings.
 */
export const reconstruction = defineEvaluator<ReconstructionOptions>({
  name: 'reconstruction',
  version: '1.0.0',
  description: 'Pixel error of reconstructed test images, with example pairs',
  options,
  metrics: {
    mse: { unit: 'pixel value in [0, 1], squared', higherIsBetter: false },
    l1: { unit: 'pixel value in [0, 1]', higherIsBetter: false },
  },
  applies: (method, { image }) => method.reconstruct !== undefined && [1, 2, 3, 4].includes(image.channels),
  evaluate,
});

async function evaluate(context: EvaluatorContext<ReconstructionOptions>): Promise<EvaluatorResult> {
  const { method, options } = context;
  if (!method.reconstruct) {
    throw new ConfigurationError(
      'reconstruction: received a method without reconstruct(), valid: a method with an image decoder',
    );
  }
  const source = await context.images('test');
  if (source.count === 0) {
    throw new DataError('reconstruction: received an empty test split, valid: at least one image');
  }
  const size = imageSize(source.image);
  const shown = spread(options.pairs, source.count);
  const pairs: ReconstructionPair[] = [];
  let squared = 0;
  let absolute = 0;
  await forEachImageBatch(source, options.batchSize, async (images, batch, first) => {
    throwIfAborted(context.signal);
    const { data, shape } = await outputsOf(() => method.reconstruct!(images));
    if (shape.join() !== images.shape.join()) {
      throw new ShapeError('reconstruction: output of reconstruct()', shape, `[${images.shape.join(', ')}]`);
    }
    assertFiniteRows(data, size, first, 'reconstruction');
    for (let i = 0; i < data.length; i++) {
      const difference = data[i]! - batch.images[i]! / 255;
      squared += difference * difference;
      absolute += Math.abs(difference);
    }
    for (const index of shown.filter((at) => at >= first && at < first + images.shape[0])) {
      const from = (index - first) * size;
      pairs.push({
        index,
        input: pngDataUri(batch.images.subarray(from, from + size), source.image),
        output: pngDataUri(toBytes(data.subarray(from, from + size)), source.image),
      });
    }
    context.onProgress?.((first + images.shape[0]) / source.count);
  });
  const values = source.count * size;
  return { metrics: { mse: squared / values, l1: absolute / values }, details: { pairs } };
}

/** `wanted` positions in the middles of equal parts of 0 to count - 1, each once. */
function spread(wanted: number, count: number): number[] {
  const n = Math.min(wanted, count);
  return Array.from({ length: n }, (_, i) => Math.floor(((i + 0.5) * count) / n));
}

/** Pixels in [0, 1] as bytes; what lies outside is clipped. */
function toBytes(pixels: Float32Array): Uint8Array {
  return Uint8Array.from(pixels, (value) => Math.round(Math.min(1, Math.max(0, value)) * 255));
}

function pngDataUri(data: Uint8Array, { width, height, channels }: ImageShape): string {
  const png = encode({ data: data.slice(), width, height, channels, depth: 8 });
  return `data:image/png;base64,${btoa(String.fromCharCode(...png))}`;
}
