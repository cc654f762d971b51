import {
  ConfigurationError,
  DataError,
  RngStreams,
  adamSettings,
  defineEvaluator,
  imagesToTensor,
  meanSquaredError,
  throwIfAborted,
  train,
  trainingSettings,
  type BuiltMethod,
  type EmbeddingSet,
  type EvaluatorContext,
  type EvaluatorResult,
  type ImageSource,
} from '@paretrain/core';
import { imageDecoder } from '@paretrain/models';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { embeddedImages } from './embedded-images.ts';
import { outputsOf } from './image-batches.ts';
import { PNG_CHANNELS, pngDataUri, toBytes, type ReconstructionPair } from './image-pairs.ts';
import { PIXEL_METRICS, pixelError } from './pixel-error.ts';

const options = z.strictObject({
  epochs: z.number().int().positive().default(50),
  batchSize: z.number().int().positive().default(512),
  /** Share of the pretraining images, the last ones, that validates; the epoch with the lowest validation loss is kept. */
  validationFraction: z.number().min(0).max(0.9).default(0.2),
  /** Epochs without a better validation loss before training stops; 'paper' is max(10, epochs / 20). */
  patience: z.union([z.number().int().positive(), z.literal('paper')]).default('paper'),
  learningRate: z.number().positive().default(1e-3),
  /** Test images kept with their reconstructions, evenly spread over the split. */
  pairs: z.number().int().min(0).default(6),
});
export type RetrainedDecoderOptions = z.infer<typeof options>;

/** A test image before and after its decoder was retrained, as PNG data URIs; `output` is of the retrained one. */
export interface RetrainedPair extends ReconstructionPair {
  /** What the method's own decoder makes of it, where it has one. */
  readonly before?: string;
}

/** Share of the progress that training takes; comparing the test images is the rest. */
const TRAINING_SHARE = 0.95;

/**
 * What a frozen encoder's embeddings still hold of the pixels: a new image decoder is trained on them with the mean squared error of
 * pixels, on the images that trained the encoder, and gives the test images back. `mse` and `l1` are of pixels in [0, 1]. It makes
 * encoders comparable whose own decoders learned another objective, or which have none. The paper leaves the details
 * open: data, epochs and optimiser are those of its autoencoders.
 */
export const retrainedDecoder = defineEvaluator<RetrainedDecoderOptions>({
  name: 'retrained-decoder',
  version: '1.0.0',
  description: 'Pixel error of test images given back by a new decoder, trained on the frozen embeddings',
  source: 'Paper 001 (perceptual embeddings), Table VIII and Fig. 6; Kingma and Ba 2015 for Adam',
  options,
  metrics: PIXEL_METRICS,
  // Those that the image decoder can be built for: see imageDecoder.
  applies: (method, { image: { height, width, channels } }) =>
    method.encode !== undefined &&
    height === width &&
    height >= 64 &&
    (height - 64) % 16 === 0 &&
    PNG_CHANNELS.includes(channels),
  evaluate,
});

async function evaluate(context: EvaluatorContext<RetrainedDecoderOptions>): Promise<EvaluatorResult> {
  const { method, dataset, options, signal, onProgress } = context;
  if (!method.encode) {
    throw new ConfigurationError(
      'retrained-decoder: received a method without encode(), valid: a method with an encoder',
    );
  }
  throwIfAborted(signal);
  const images = await context.images('pretrain');
  const test = await context.images('test');
  for (const [split, { count }] of Object.entries({ pretrain: images, test })) {
    if (count > 0) continue;
    throw new DataError(`retrained-decoder: received an empty ${split} split, valid: at least one image`);
  }
  const embeddings = await context.embeddings('pretrain');
  const testEmbeddings = await context.embeddings('test');
  const started = performance.now();
  const streams = new RngStreams(context.rng.nextUint32());
  const decoder = imageDecoder({
    image: dataset.image,
    latentSize: embeddings.size,
    rng: streams.get('initialisation/decoder'),
  });
  try {
    const outcome = await train({
      method: decoderMethod(decoder, options.learningRate),
      source: embeddedImages(images, embeddings),
      settings: trainingSettings.parse({
        epochs: options.epochs,
        batchSize: options.batchSize,
        patience: options.patience,
        // Too few images to spare one: the last epoch is kept.
        validationFraction: images.count * options.validationFraction < 1 ? 0 : options.validationFraction,
      }),
      streams,
      ...(signal && { signal }),
      onStep: ({ epoch, step, steps }) =>
        onProgress?.((TRAINING_SHARE * (epoch - 1 + step / steps)) / options.epochs),
    });
    const error = await pixelError(
      test,
      (batch, first) => decode(decoder, testEmbeddings, first, batch.shape[0]),
      {
        who: 'retrained-decoder',
        batchSize: Math.min(options.batchSize, 128),
        pairs: options.pairs,
        signal,
        onProgress: (share) => onProgress?.(TRAINING_SHARE + (1 - TRAINING_SHARE) * share),
      },
    );
    return {
      metrics: { mse: error.mse, l1: error.l1 },
      details: {
        pairs: await withOwnDecoder(error.pairs, method, test),
        epochs: outcome.epochsRun,
        bestEpoch: outcome.bestEpoch,
        seconds: (performance.now() - started) / 1000,
      },
    };
  } finally {
    decoder.dispose();
  }
}

/** The decoder as a method whose images' targets are their embeddings, so that the trainer of all methods trains it. */
function decoderMethod(decoder: tf.LayersModel, learningRate: number): BuiltMethod {
  return {
    networks: { decoder },
    constants: {},
    updates: [
      {
        name: 'decoder',
        networks: ['decoder'],
        optimizer: adamSettings.parse({ learningRate }),
        loss: ({ images, targets, training }) =>
          meanSquaredError(decoder.apply(targets, { training }) as tf.Tensor, images),
      },
    ],
    dispose: () => {},
  };
}

/** Images [rows, height, width, channels] of the embeddings from row `first`. */
function decode(
  decoder: tf.LayersModel,
  { values, size }: EmbeddingSet,
  first: number,
  rows: number,
): tf.Tensor4D {
  const chosen = tf.tensor2d(values.subarray(first * size, (first + rows) * size), [rows, size]);
  return decoder.apply(chosen, { training: false }) as tf.Tensor4D;
}

/** Adds what the method's own decoder makes of the images, where it has one. */
async function withOwnDecoder(
  pairs: readonly ReconstructionPair[],
  method: BuiltMethod,
  source: ImageSource,
): Promise<readonly RetrainedPair[]> {
  if (!method.reconstruct || pairs.length === 0) return pairs;
  const { images } = await source.read(Uint32Array.from(pairs, ({ index }) => index));
  const inputs = imagesToTensor(images, source.image);
  try {
    const { data } = await outputsOf(() => method.reconstruct!(inputs));
    const size = data.length / pairs.length;
    return pairs.map((pair, i) => ({
      ...pair,
      before: pngDataUri(toBytes(data.subarray(i * size, (i + 1) * size)), source.image),
    }));
  } finally {
    inputs.dispose();
  }
}
