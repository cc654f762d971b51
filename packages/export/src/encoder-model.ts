import type { BuiltMethod, ImageShape } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';

/** What an encoder takes: images [batch, height, width, channels] in [0, 1], or a loss network's features of them [batch, features]. */
export type EncoderInput = 'images' | 'features';

/** What {@link encoderModel} found. */
export interface EncoderModel {
  /** Shares its weights with the method's network and is disposed with it. */
  readonly model: tf.LayersModel;
  readonly input: EncoderInput;
}

/** Images on which `encode` and the network are compared. */
const COMPARED = 2;
/** Largest difference that rounding explains, relative to the largest value. */
const TOLERANCE = 1e-4;

/**
 * The network that encodes: by convention the one that the method calls `encoder`, whose first output is the embedding. Whether that is so
 * is tried on a few images where the network takes images.
 * @returns the network from its input to the embedding, or the reason why there is none
 */
export function encoderModel(
  method: Pick<BuiltMethod, 'networks' | 'encode'>,
  image: ImageShape,
): EncoderModel | { readonly reason: string } {
  if (!method.encode) return { reason: 'it has no encoder' };
  const network = method.networks['encoder'];
  if (!network) return { reason: "it has no network called 'encoder'" };
  const model = tf.model({ name: 'encoder', inputs: network.inputs, outputs: network.outputs[0]! });
  if (model.inputs.length !== 1)
    return { reason: `its encoder has ${model.inputs.length} inputs, valid: one` };
  if (model.inputs[0]!.shape.length !== 4) return { model, input: 'features' };
  return agrees(method.encode.bind(method), model, image)
    ? { model, input: 'images' }
    : { reason: "its encode() gives other values than the first output of its network 'encoder'" };
}

function agrees(
  encode: NonNullable<BuiltMethod['encode']>,
  model: tf.LayersModel,
  { height, width, channels }: ImageShape,
): boolean {
  return tf.tidy(() => {
    const shape: [number, number, number, number] = [COMPARED, height, width, channels];
    // Any pattern will do that differs from place to place.
    const images = tf.reshape(
      tf.mod(tf.mul(tf.range(0, tf.util.sizeFromShape(shape)), 0.37), 1),
      shape,
    ) as tf.Tensor4D;
    const expected = encode(images);
    const received = model.apply(images, { training: false }) as tf.Tensor2D;
    if (!tf.util.arraysEqual(expected.shape, received.shape)) return false;
    const largest = tf.max(tf.abs(expected)).dataSync()[0]!;
    const difference = tf.max(tf.abs(tf.sub(expected, received))).dataSync()[0]!;
    return difference <= TOLERANCE * Math.max(1, largest);
  });
}
