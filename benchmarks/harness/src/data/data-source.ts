import { UnknownNameError } from '@paretrain/core';
import type { DownloadFile } from '@paretrain/core';
import type { PluginRegistry, PluginTypes } from '../registry/registry.ts';

/** The kinds of plugins that read files which are not part of a package. */
export const DATA_KINDS = ['dataset', 'loss-network'] as const;
export type DataKind = (typeof DATA_KINDS)[number];

/** A data set or a loss network, with the official files that it reads. */
export type DataSource = { readonly downloads: readonly DownloadFile[] } & (
  | { readonly kind: 'dataset'; readonly plugin: PluginTypes['dataset'] }
  | { readonly kind: 'loss-network'; readonly plugin: PluginTypes['loss-network'] }
);

/** All of them, data sets first. */
export async function dataSources(registry: PluginRegistry): Promise<DataSource[]> {
  const sources: DataSource[] = [];
  for (const kind of DATA_KINDS) {
    for (const name of registry.names(kind)) sources.push(await load(registry, kind, name));
  }
  return sources;
}

/** @throws {UnknownNameError} when neither a data set nor a loss network has this name */
export async function dataSource(registry: PluginRegistry, name: string): Promise<DataSource> {
  const kind = DATA_KINDS.find((each) => registry.names(each).includes(name));
  if (!kind) {
    const valid = DATA_KINDS.flatMap((each) => registry.names(each));
    throw new UnknownNameError('data set or loss network', name, valid);
  }
  return load(registry, kind, name);
}

async function load(registry: PluginRegistry, kind: DataKind, name: string): Promise<DataSource> {
  if (kind === 'dataset') {
    const plugin = await registry.load(kind, name);
    return { kind, plugin, downloads: plugin.downloads ?? [] };
  }
  const plugin = await registry.load(kind, name);
  return { kind, plugin, downloads: plugin.downloads ?? [] };
}
