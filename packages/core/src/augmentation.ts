import type { ImageShape } from './image.ts';
import { definePlugin, type PluginBase, type PluginDefinition } from './plugin.ts';
import type { Rng } from './rng.ts';

/** An augmentation with its options filled in. */
export interface BuiltAugmentation {
  /**
   * Transforms one image into `output`; every byte of it is written.
   * @param input bytes, height x width x channels, 0 to 255; not changed
   * @param output as large as `input`
   * @param shape of both
   * @param rng this image's own stream: (seed, epoch, image index) decide it, whatever the batch split
   */
  apply(input: Uint8Array, output: Uint8Array, shape: ImageShape, rng: Rng): void;
}

/** A random transformation of images. */
export interface Augmentation<Options = unknown> extends PluginBase<'augmentation', Options> {
  build(options: Options): BuiltAugmentation;
}

/** Defines an augmentation as a plugin. */
export function defineAugmentation<Options>(
  definition: PluginDefinition<Augmentation<Options>>,
): Augmentation<Options> {
  return definePlugin<'augmentation', Augmentation<Options>>('augmentation', definition);
}
