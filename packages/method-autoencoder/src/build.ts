import {
  ShapeError,
  type BuiltMethod,
  type ImageConstant,
  type LossNetwork,
  type MethodContext,
  type TrainingBatch,
} from '@paretrain/core';
import { klDivergence } from '@paretrain/loss-kl-divergence';
import { featureDecoder, featureEncoder, imageDecoder, imageEncoder } from '@paretrain/models';
import * as tf from '@tensorflow/tfjs';
import type { CompleteDefinition } from './definition.ts';
import type { AutoencoderOptions } from './options.ts';
import { sampleEmbedding } from './sample-embedding.ts';

/** Builds the networks and the loss of one method of the algebra for a data set. */
export function buildAutoencoder(
  definition: CompleteDefinition,
  context: MethodContext<AutoencoderOptions>,
): BuiltMethod {
  const { name, variational } = definition;
  const { options, lossNetwork, augmentation } = context;
  const { image } = context.dataset;
  const augments = definition.input === 'augmented' || definition.target === 'augmented';
  const encoder = buildEncoder(definition, context);
  const decoder = buildDecoder(definition, context);
  const objective = definition.objective.build(options.objective as never);
  const regulariser = variational && options.kl ? klDivergence.build(options.kl) : null;

  const checkImages = (images: tf.Tensor4D): void => {
    const [, height, width, channels] = images.shape;
    if (height === image.height && width === image.width && channels === image.channels) return;
    const expected = `[batch, ${image.height}, ${image.width}, ${image.channels}]`;
    throw new ShapeError(`method '${name}': images`, images.shape, expected);
  };
  const chosen = (batch: TrainingBatch, which: 'original' | 'augmented'): tf.Tensor4D =>
    which === 'original' ? batch.images : batch.augmented;
  // Features of the original image never change, so the trainer may serve them from its cache.
  const featuresOf = (batch: TrainingBatch, which: 'original' | 'augmented'): tf.Tensor2D =>
    which === 'original' ? batch.constants['features']! : lossNetwork!.features(batch.augmented);

  const loss = (batch: TrainingBatch): tf.Scalar => {
    checkImages(batch.images);
    const { training } = batch;
    const seen =
      definition.encoder === 'image' ? chosen(batch, definition.input) : featuresOf(batch, definition.input);
    const [mean, logVariance] = encoder.apply(seen, { training }) as [tf.Tensor2D, tf.Tensor2D];
    const embedding = variational ? sampleEmbedding({ mean, logVariance }, batch.rng) : mean;
    const prediction = decoder.apply(embedding, { training }) as tf.Tensor;
    const target =
      definition.objective.compares === 'image'
        ? chosen(batch, definition.target)
        : featuresOf(batch, definition.target);
    const inputs = {
      prediction,
      target,
      ...(variational ? { latent: { mean, logVariance } } : {}),
      ...(lossNetwork ? { lossNetwork } : {}),
    };
    const reconstruction = objective.loss(inputs);
    if (!regulariser) return reconstruction;
    return tf.add(reconstruction, tf.mul(regulariser.loss(inputs), options.klWeight ?? 0));
  };

  const encode = (images: tf.Tensor4D): tf.Tensor2D => {
    checkImages(images);
    return tf.tidy(() => {
      const seen = definition.encoder === 'image' ? images : lossNetwork!.features(images);
      return (encoder.apply(seen, { training: false }) as tf.Tensor2D[])[0]!;
    });
  };

  return {
    networks: { encoder, decoder },
    constants: constantsOf(definition, lossNetwork, context),
    ...(augments && augmentation ? { augmentation } : {}),
    updates: [{ name: 'autoencoder', networks: ['encoder', 'decoder'], optimizer: options.optimizer, loss }],
    encode,
    ...(definition.decoder === 'image'
      ? {
          reconstruct: (images: tf.Tensor4D): tf.Tensor4D =>
            tf.tidy(() => decoder.apply(encode(images), { training: false }) as tf.Tensor4D),
        }
      : {}),
    dispose() {
      encoder.dispose();
      decoder.dispose();
    },
  };
}

function buildEncoder(
  { encoder }: CompleteDefinition,
  { options, dataset, latentSize, streams, lossNetwork }: MethodContext<AutoencoderOptions>,
): tf.LayersModel {
  const common = {
    latentSize,
    // A stream of its own: encoders of one seed begin alike, whatever decoder they have.
    rng: streams.get('initialisation/encoder'),
    initialization: options.initialization,
  };
  return encoder === 'image'
    ? imageEncoder({ image: dataset.image, ...common })
    : featureEncoder({ featureCount: lossNetwork!.featureCount(dataset.image), ...common });
}

function buildDecoder(
  { decoder }: CompleteDefinition,
  { options, dataset, latentSize, streams, lossNetwork }: MethodContext<AutoencoderOptions>,
): tf.LayersModel {
  const common = {
    latentSize,
    rng: streams.get('initialisation/decoder'),
    initialization: options.initialization,
  };
  return decoder === 'image'
    ? imageDecoder({ image: dataset.image, ...common })
    : featureDecoder({ featureCount: lossNetwork!.featureCount(dataset.image), ...common });
}

/** The features of the original image, where a feature encoder sees them or the objective compares with them. */
function constantsOf(
  { encoder, objective, input, target }: CompleteDefinition,
  lossNetwork: LossNetwork | undefined,
  { dataset }: MethodContext<AutoencoderOptions>,
): Record<string, ImageConstant> {
  const seen = encoder === 'features' && input === 'original';
  const compared = objective.compares === 'features' && target === 'original';
  if (!lossNetwork || !(seen || compared)) return {};
  return {
    features: {
      size: lossNetwork.featureCount(dataset.image),
      compute: (images) => lossNetwork.features(images),
    },
  };
}
