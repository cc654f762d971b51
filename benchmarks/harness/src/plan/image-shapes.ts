import { DataError, type ImageShape } from '@paretrain/core';
import type { RunResult } from '@paretrain/store';
import { loadDataset } from './dataset-use.ts';
import type { PluginRegistry } from '../registry/registry.ts';

/** Shape of the images of stored runs, by data set; left out where a data set is not installed or its data is not there. */
export async function imageShapes(
  registry: PluginRegistry,
  results: readonly RunResult[],
  dataDirectory: string | null,
): Promise<Record<string, ImageShape>> {
  const shapes: Record<string, ImageShape> = {};
  for (const { dataset, settings } of results) {
    if (shapes[dataset.name] || !registry.names('dataset').includes(dataset.name)) continue;
    const plugin = await loadDataset(registry, settings.dataset);
    try {
      const folders = dataDirectory === null ? {} : { dataDirectory };
      shapes[dataset.name] = plugin.describe(settings.dataset.options, folders).image;
    } catch (error) {
      // The user's own data is there no more; what is shown does without its shape.
      if (!(error instanceof DataError)) throw error;
    }
  }
  return shapes;
}
