import { defineMethod, meanSquaredError, optimizerSettings } from '@paretrain/core';
import { INITIALIZATIONS } from '@paretrain/models';
import { z } from 'zod';
import { buildSupervised } from './build-supervised.ts';
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
  build: (context) =>
    buildSupervised(
      {
        name: 'simple-cnn',
        ...context.options,
        codec: targetCodec('simple-cnn', context.dataset.target),
        seen: ({ images }) => images,
        loss: meanSquaredError,
      },
      context,
    ),
});
