import { ShapeError, defineMethod } from '@paretrain/core';
import { INITIALIZATIONS, imageEncoder } from '@paretrain/models';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

const options = z.strictObject({
  /** How weights begin. */
  initialization: z.enum(INITIALIZATIONS).default('pytorch'),
});

export type UntrainedOptions = z.infer<typeof options>;

/**
 * A reference to compare with: the image encoder with the weights that the other methods of the same seed begin with,
 * never trained. Its batch normalisation keeps moving mean 0 and variance 1.
 */
export const untrained = defineMethod<UntrainedOptions>({
  name: 'untrained',
  label: 'Untrained encoder',
  version: '1.0.0',
  description: 'Image encoder with random weights, never trained: a reference',
  options,
  trainsOn: 'pretrain',
  needsLossNetwork: () => false,
  build({ options: { initialization }, dataset: { image }, latentSize, streams }) {
    const rng = streams.get('initialisation/encoder');
    const encoder = imageEncoder({ image, latentSize, rng, initialization });
    return {
      networks: { encoder },
      constants: {},
      updates: [],
      encode(images) {
        const [, height, width, channels] = images.shape;
        if (height !== image.height || width !== image.width || channels !== image.channels) {
          const expected = `[batch, ${image.height}, ${image.width}, ${image.channels}]`;
          throw new ShapeError("method 'untrained': images", images.shape, expected);
        }
        return tf.tidy(() => (encoder.apply(images, { training: false }) as tf.Tensor2D[])[0]!);
      },
      dispose() {
        encoder.dispose();
      },
    };
  },
});
