import { defineAugmentation } from '@paretrain/core';
import { z } from 'zod';
import { adjustBrightness, adjustContrast, adjustHue, adjustSaturation } from './adjust-colours.ts';
import { checkColours } from './check-colours.ts';

const spread = z.number().min(0).max(10).default(0.8);
const options = z.strictObject({
  /** Factor on the values: uniform from 1 - brightness (at least 0) to 1 + brightness. */
  brightness: spread,
  /** Factor on the differences from the image's mean, likewise. */
  contrast: spread,
  /** Factor on the differences from grey, likewise. */
  saturation: spread,
  /** Share of the circle of hues by which they are turned, uniform either way. */
  hue: z.number().min(0).max(0.5).default(0.2),
});
export type ColourJitterOptions = z.infer<typeof options>;

/**
 * Changes brightness, contrast, saturation and hue, in an order that is random too: torchvision's `ColorJitter`. Every image is changed;
 * of grey ones, brightness and contrast.
 */
export const colourJitter = defineAugmentation<ColourJitterOptions>({
  name: 'colour-jitter',
  version: '1.0.0',
  description: 'Changes brightness, contrast, saturation and hue at random',
  source: 'Bouayed et al. 2020, Appendix A, Colour jitter',
  options,
  build: ({ brightness, contrast, saturation, hue }) => ({
    apply(input, output, shape, rng) {
      checkColours('colour-jitter', shape);
      const { channels } = shape;
      const factor = (width: number) => rng.uniform(Math.max(0, 1 - width), 1 + width);
      const [byBrightness, byContrast, bySaturation] = [
        factor(brightness),
        factor(contrast),
        factor(saturation),
      ];
      const byHue = rng.uniform(-hue, hue);
      const adjustments = [
        () => adjustBrightness(output, byBrightness),
        () => adjustContrast(output, channels, byContrast),
        () => adjustSaturation(output, channels, bySaturation),
        () => adjustHue(output, channels, byHue),
      ];
      output.set(input);
      for (const which of rng.permutation(adjustments.length)) adjustments[which]!();
    },
  }),
});
