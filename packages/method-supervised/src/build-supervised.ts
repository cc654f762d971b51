import {
  ShapeError,
  type BuiltMethod,
  type MethodContext,
  type OptimizerSettings,
  type TrainingBatch,
} from '@paretrain/core';
import { imageEncoder, predictor, type Initialization } from '@paretrain/models';
import * as tf from '@tensorflow/tfjs';
import type { TargetCodec } from './target-codec.ts';

/** What supervised methods of an image encoder and a predictor differ in. */
export interface SupervisedDefinition {
  readonly name: string;
  readonly optimizer: OptimizerSettings;
  readonly initialization: Initialization;
  /** Units of the predictor's hidden layers. */
  readonly hidden: readonly number[];
  readonly codec: TargetCodec;
  /** The images of a batch that are seen: original or transformed. */
  seen(batch: TrainingBatch): tf.Tensor4D;
  /** Scalar mean loss of outputs [batch, outputSize] against targets as the codec encodes them. */
  loss(outputs: tf.Tensor2D, encoded: tf.Tensor2D): tf.Scalar;
}

/**
 * An image encoder and a predictor, trained as one network on the labels. Like every image encoder it has a second head, which
 * is neither used nor trained.
 */
export function buildSupervised(
  { name, optimizer, initialization, hidden, codec, seen, loss }: SupervisedDefinition,
  { dataset: { image }, latentSize, streams, augmentation }: MethodContext,
): BuiltMethod {
  const encoder = imageEncoder({
    image,
    latentSize,
    rng: streams.get('initialisation/encoder'),
    initialization,
  });
  const head = predictor({
    inputSize: latentSize,
    hidden,
    outputSize: codec.outputSize,
    rng: streams.get('initialisation/predictor'),
    initialization,
  });
  const embed = (images: tf.Tensor4D, training: boolean): tf.Tensor2D => {
    const [, height, width, channels] = images.shape;
    if (height !== image.height || width !== image.width || channels !== image.channels) {
      const expected = `[batch, ${image.height}, ${image.width}, ${image.channels}]`;
      throw new ShapeError(`method '${name}': images`, images.shape, expected);
    }
    return (encoder.apply(images, { training }) as tf.Tensor2D[])[0]!;
  };
  return {
    networks: { encoder, predictor: head },
    constants: {},
    ...(augmentation ? { augmentation } : {}),
    updates: [
      {
        name,
        networks: ['encoder', 'predictor'],
        optimizer,
        loss(batch) {
          const { targets, training } = batch;
          const outputs = head.apply(embed(seen(batch), training), { training }) as tf.Tensor2D;
          return loss(outputs, codec.encode(targets));
        },
      },
    ],
    encode: (images) => tf.tidy(() => embed(images, false)),
    predict: (images) =>
      tf.tidy(() => codec.decode(head.apply(embed(images, false), { training: false }) as tf.Tensor2D)),
    dispose() {
      encoder.dispose();
      head.dispose();
    },
  };
}
