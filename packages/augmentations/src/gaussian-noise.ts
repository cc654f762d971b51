import { defineAugmentation } from '@paretrain/core';
import { z } from 'zod';

const options = z.strictObject({
  /** Of the noise, where black is 0 and white is 1; the paper gives none, torchvision's `GaussianNoise` has 0.1. */
  standardDeviation: z.number().min(0).max(10).default(0.1),
});
export type GaussianNoiseOptions = z.infer<typeof options>;

/** Steps of the tables below: 16 bits of a random number choose one. */
const STEPS = 2 ** 16;

/** Box and Muller's radius and cosine for every step, at its middle: noise on bytes needs no more of them, and none is computed twice. */
function boxMullerTables(standardDeviation: number): {
  readonly radius: Float32Array;
  readonly cosine: Float32Array;
} {
  const radius = new Float32Array(STEPS);
  const cosine = new Float32Array(STEPS);
  for (let i = 0; i < STEPS; i++) {
    const middle = (i + 0.5) / STEPS;
    radius[i] = standardDeviation * Math.sqrt(-2 * Math.log(middle));
    cosine[i] = Math.cos(2 * Math.PI * middle);
  }
  return { radius, cosine };
}

/** From the cosine of an angle to its sine: three quarters of the circle further. */
const TO_SINE = (3 * STEPS) / 4;

function toByte(value: number): number {
  return value <= 0 ? 0 : value >= 255 ? 255 : Math.round(value);
}

/**
 * Adds normally distributed noise of mean 0 to every value of every pixel, rounded and kept within 0 to 255. The noise ends at 4.85
 * standard deviations, which one value in a million would pass.
 */
export const gaussianNoise = defineAugmentation<GaussianNoiseOptions>({
  name: 'gaussian-noise',
  version: '1.0.0',
  description: 'Adds normally distributed noise to every value',
  source: 'Bouayed et al. 2020, Table 1, Gaussian noise',
  options,
  build({ standardDeviation }) {
    const { radius, cosine } = boxMullerTables(255 * standardDeviation);
    return {
      apply(input, output, _shape, rng) {
        // One random number gives two values of noise. What is written past the end of an odd image is dropped.
        for (let i = 0; i < input.length; i += 2) {
          const random = rng.nextUint32();
          const length = radius[random >>> 16]!;
          const angle = random % STEPS;
          output[i] = toByte(input[i]! + length * cosine[angle]!);
          output[i + 1] = toByte(input[i + 1]! + length * cosine[(angle + TO_SINE) % STEPS]!);
        }
      },
    };
  },
});
