import {
  RngStreams,
  parseOptions,
  targetSize,
  type BuiltMethod,
  type DatasetDescription,
  type EmbeddingSet,
  type Evaluator,
  type EvaluatorContext,
  type ImageSource,
  type Split,
} from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';

export interface SampleEvaluation {
  readonly dataset: DatasetDescription;
  readonly method: BuiltMethod;
  /** Images of each split; an evaluator that asks for a split not given fails. */
  readonly images?: Partial<Readonly<Record<Split, ImageSource>>>;
  /** Embeddings of each split; where not given they are computed from the images. */
  readonly embeddings?: Partial<Readonly<Record<Split, EmbeddingSet>>>;
  readonly options?: unknown;
  readonly seed?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (share: number) => void;
}

/** The context that a harness would hand to an evaluator, around data given in memory. */
export function evaluatorContext<Options>(
  evaluator: Evaluator<Options>,
  sample: SampleEvaluation,
): EvaluatorContext<Options> {
  const images = async (split: Split): Promise<ImageSource> => {
    const source = sample.images?.[split];
    if (!source) throw new Error(`the test gave no ${split} images`);
    return source;
  };
  return {
    options: parseOptions(evaluator, sample.options),
    dataset: sample.dataset,
    method: sample.method,
    images,
    embeddings: async (split) =>
      sample.embeddings?.[split] ?? encodeAll(sample.method, await images(split), sample.dataset),
    rng: new RngStreams(sample.seed ?? 0).get(`evaluator/${evaluator.name}`),
    ...(sample.signal && { signal: sample.signal }),
    ...(sample.onProgress && { onProgress: sample.onProgress }),
  };
}

async function encodeAll(
  method: BuiltMethod,
  source: ImageSource,
  { image, target }: DatasetDescription,
): Promise<EmbeddingSet> {
  if (source.count === 0)
    return { count: 0, size: 0, values: new Float32Array(), targets: new Float32Array() };
  const batch = await source.read(Array.from({ length: source.count }, (_, i) => i));
  const encoded = tf.tidy(() => {
    const pixels = Float32Array.from(batch.images, (byte) => byte / 255);
    return method.encode!(tf.tensor4d(pixels, [source.count, image.height, image.width, image.channels]));
  });
  const values = Float32Array.from(await encoded.data());
  encoded.dispose();
  return {
    count: source.count,
    size: values.length / source.count,
    values,
    targets: batch.targets.slice(0, source.count * targetSize(target)),
  };
}
