import type { BuiltAugmentation } from '@paretrain/core';
import type { PluginUse } from '@paretrain/store';
import type { PluginRegistry } from './registry.ts';

/** Random transformations of images as a run or a cost cell has them, every option filled in. */
export async function buildAugmentation(
  registry: PluginRegistry,
  { name, options }: PluginUse,
): Promise<BuiltAugmentation> {
  const plugin = await registry.load('augmentation', name);
  return plugin.build(options as never);
}
