import type { ImageShape } from './image.ts';
import { definePlugin, type PluginBase, type PluginDefinition } from './plugin.ts';

/** A transform with its options filled in. */
export interface BuiltTransform {
  /**
   * Shape of the results for images of this shape.
   * @throws {ConfigurationError} for images that it cannot take, naming their shape and what is valid
   */
  shape(input: ImageShape): ImageShape;
  /**
   * Transforms one image.
   * @param input bytes, height x width x channels, 0 to 255; not changed
   * @param output as large as `shape(inputShape)`; every byte is written
   * @param inputShape of `input`
   */
  apply(input: Uint8Array, output: Uint8Array, inputShape: ImageShape): void;
}

/**
 * A fixed preparation of a data set's images (tiling, resizing, padding), the same for every image and every epoch; what varies at random
 * is an augmentation.
 */
export interface Transform<Options = unknown> extends PluginBase<'transform', Options> {
  build(options: Options): BuiltTransform;
}

/** Defines a transform as a plugin. */
export function defineTransform<Options>(
  definition: PluginDefinition<Transform<Options>>,
): Transform<Options> {
  return definePlugin<'transform', Transform<Options>>('transform', definition);
}
