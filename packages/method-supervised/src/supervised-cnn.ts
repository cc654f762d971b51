import { ConfigurationError, defineMethod, optimizerSettings } from '@paretrain/core';
import { INITIALIZATIONS } from '@paretrain/models';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { buildSupervised } from './build-supervised.ts';
import { targetCodec } from './target-codec.ts';

const options = z.strictObject({
  /** Default: Adam with PyTorch's defaults, as the paper's. */
  optimizer: optimizerSettings.prefault({}),
  /** How weights begin. */
  initialization: z.enum(INITIALIZATIONS).default('pytorch'),
  /** Units of the head's hidden layers, each with a leaky ReLU (slope .01). */
  hidden: z.array(z.number().int().positive()).default([128]),
  /** Whether it trains on the randomly transformed images that the self-supervised methods see. */
  augment: z.boolean().default(true),
});

export type SupervisedCnnOptions = z.infer<typeof options>;

/**
 * The supervised CNN of paper 002's tables 2 to 4: the autoencoders' image encoder and a multi-layer perceptron as classification
 * head, trained with cross-entropy on the same transformed images as the autoencoders. The head's size is unstated in the
 * paper; one hidden layer of 128 is our choice.
 */
export const supervisedCnn = defineMethod<SupervisedCnnOptions>({
  name: 'supervised-cnn',
  label: 'Supervised CNN',
  version: '1.0.0',
  description: 'Image encoder and classification head trained with cross-entropy on augmented images',
  source: 'paper 002, section 5.6, footnote 2, and tables 2 to 4; size of the head unstated there',
  options,
  trainsOn: 'train',
  needsLossNetwork: () => false,
  needsAugmentation: ({ augment }) => augment,
  build(context) {
    const { target } = context.dataset;
    if (target.kind !== 'class') {
      throw new ConfigurationError(
        `method 'supervised-cnn': received a data set whose target is a ${target.kind}, valid: class; ` +
          "'simple-cnn' learns positions",
      );
    }
    const { augment, ...settings } = context.options;
    if (augment && !context.augmentation) {
      throw new ConfigurationError(
        "method 'supervised-cnn': received no augmentation, it needs one or option 'augment' false",
      );
    }
    return buildSupervised(
      {
        name: 'supervised-cnn',
        ...settings,
        codec: targetCodec('supervised-cnn', target),
        seen: ({ images, augmented }) => (augment ? augmented : images),
        loss: (logits, oneHot) => tf.losses.softmaxCrossEntropy(oneHot, logits),
      },
      context,
    );
  },
});
