import { ConfigurationError, type BuiltAugmentation } from '@paretrain/core';

/**
 * Draws one of several augmentations for every image, each as likely as the others.
 * @throws {ConfigurationError} when there are none
 */
export function oneOf(augmentations: readonly BuiltAugmentation[]): BuiltAugmentation {
  if (augmentations.length === 0) {
    throw new ConfigurationError('oneOf: received no augmentations, valid: one or more');
  }
  return {
    apply(input, output, shape, rng) {
      augmentations[rng.integer(augmentations.length)]!.apply(input, output, shape, rng);
    },
  };
}
