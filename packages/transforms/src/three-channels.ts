import { ConfigurationError, defineTransform, formatImageShape } from '@paretrain/core';
import { z } from 'zod';

const options = z.strictObject({});
export type ThreeChannelsOptions = z.infer<typeof options>;

/** Repeats the one channel of grey images, for networks that look at colours; images of three channels stay as they are. */
export const threeChannels = defineTransform<ThreeChannelsOptions>({
  name: 'three-channels',
  version: '1.0.0',
  description: 'Makes red, green and blue of grey',
  options,
  build: () => ({
    shape(input) {
      if (input.channels !== 1 && input.channels !== 3) {
        throw new ConfigurationError(
          `three-channels: received images of ${formatImageShape(input)}, valid: 1 channel, or 3`,
        );
      }
      return { ...input, channels: 3 };
    },
    apply(input, output, { channels }) {
      if (channels === 3) output.set(input);
      else for (let i = 0; i < output.length; i++) output[i] = input[Math.floor(i / 3)]!;
    },
  }),
});
