import type { BuiltAugmentation } from '@paretrain/core';

/** Applies augmentations one after the other, all with the image's own random numbers; without any, images stay as they are. */
export function inSequence(augmentations: readonly BuiltAugmentation[]): BuiltAugmentation {
  return {
    apply(input, output, shape, rng) {
      let from = input;
      augmentations.forEach((augmentation, i) => {
        const to = i === augmentations.length - 1 ? output : new Uint8Array(output.length);
        augmentation.apply(from, to, shape, rng);
        from = to;
      });
      if (from === input) output.set(input);
    },
  };
}
