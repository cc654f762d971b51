import { ShapeError, defineMethod, meanSquaredError, optimizerSettings } from '@paretrain/core';
import { INITIALIZATIONS, imageEncoder, predictor } from '@paretrain/models';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { targetCodec } from './target-codec.ts';

const options = z.strictObject({
  /** Default: Adam with PyTorch's defaults. */
  optimizer: optimizerSettings.prefault({}),
  /** How weights begin. */
  initialization: z.enum(INITIALIZATIONS).default('pytorch'),
  /** Units of the predictor's hidden layers. */
  hidden: z.array(z.number().int().positive()).default([64, 64]),
});

export type SimpleCnnOptions = z.infer<typeof options>;

/**
 * The Simple CNN of paper 000's table I. The paper describes it nowhere; here it is the image encoder of its autoencoders
 * and one of its predictors, trained as one network on the labels, by the predictors' loss: mean squared error on one-hot
 * classes or on positions scaled to around [-1, 1]. The hidden layers (64 and 64) are our choice.
 *
 * Like every image encoder it has a second head, which is neither used nor trained.
 */
export const simpleCnn = defineMethod<SimpleCnnOptions>({
  name: 'simple-cnn',
  label: 'Simple CNN',
  version: '1.0.0',
  description: 'Image encoder and predictor trained as one network on the labels: the supervised reference',
  source: 'paper 000, table I; architecture unstated there: encoder plus predictor',
  options,
  trainsOn: 'train',
  needsLossNetwork: () => false,
  build({ options: { optimizer, initialization, hidden }, dataset, latentSize, streams }) {
    const { image } = dataset;
    const codec = targetCodec('simple-cnn', dataset.target);
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
        throw new ShapeError("method 'simple-cnn': images", images.shape, expected);
      }
      return (encoder.apply(images, { training }) as tf.Tensor2D[])[0]!;
    };
    return {
      networks: { encoder, predictor: head },
      constants: {},
      updates: [
        {
          name: 'simple-cnn',
          networks: ['encoder', 'predictor'],
          optimizer,
          loss({ images, targets, training }) {
            const outputs = head.apply(embed(images, training), { training }) as tf.Tensor2D;
            return meanSquaredError(outputs, codec.encode(targets));
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
  },
});
