import {
  ConfigurationError,
  parseOptions,
  parseSubset,
  subsetDataset,
  transformDataset,
  type Dataset,
  type DatasetChoice,
  type PluginChoice,
} from '@paretrain/core';
import type { DatasetUse, PluginUse } from '@paretrain/store';
import type { PluginRegistry } from '../registry/registry.ts';

/**
 * A suite's data set with the user's overrides, every option filled in. `transforms` and `subset` are understood for every data set; all
 * other options are the data set's own.
 * @param others names of the data sets that are used beside it: options that it does not have and one of them has are theirs
 * @throws {UnknownNameError} @throws {ConfigurationError}
 */
export async function datasetUse(
  registry: PluginRegistry,
  choice: DatasetChoice,
  overrides: Readonly<Record<string, unknown>>,
  others: readonly string[] = [],
): Promise<DatasetUse> {
  const plugin = await registry.load('dataset', choice.name);
  const {
    transforms: received = choice.transforms ?? plugin.usualTransforms ?? [],
    subset = choice.subset ?? 1,
    ...rest
  } = overrides;
  const beside = await Promise.all(others.map((name) => registry.load('dataset', name)));
  const options = Object.fromEntries(
    Object.entries(rest).filter(
      ([key]) => hasOption(plugin, key) || !beside.some((other) => hasOption(other, key)),
    ),
  );
  const transforms: PluginUse[] = [];
  for (const { name, options: own } of parseTransforms(received)) {
    const transform = await registry.load('transform', name);
    const parsed = parseOptions(transform, own) as Record<string, unknown>;
    transforms.push({ name, version: transform.version, options: parsed });
  }
  const part = parseSubset(subset);
  return {
    name: plugin.name,
    version: plugin.version,
    options: parseOptions(plugin, { ...choice.options, ...options }) as Record<string, unknown>,
    ...(transforms.length > 0 && { transforms }),
    // A share of 1 is the data set itself.
    ...(part.size !== 1 && { subset: part }),
  };
}

/** The data set of a run: the part of it that is asked for, its images transformed. */
export async function loadDataset(registry: PluginRegistry, use: DatasetUse): Promise<Dataset> {
  const dataset = await registry.load('dataset', use.name);
  const part = use.subset ? subsetDataset(dataset, parseSubset(use.subset)) : dataset;
  const steps = (use.transforms ?? []).map(async ({ name, options }) => ({
    transform: await registry.load('transform', name),
    options,
  }));
  return transformDataset(part, await Promise.all(steps));
}

function hasOption(plugin: Dataset, key: string): boolean {
  const issues = plugin.options.safeParse({ [key]: undefined }).error?.issues ?? [];
  return !issues.some((issue) => issue.code === 'unrecognized_keys');
}

/** Names separated by commas (none: no transform), or a list of names and of names with options. */
function parseTransforms(received: unknown): PluginChoice[] {
  const list = typeof received === 'string' ? received.split(',').filter((name) => name !== '') : received;
  if (Array.isArray(list)) {
    const choices = list.map((each: unknown) => (typeof each === 'string' ? { name: each.trim() } : each));
    if (choices.every(isChoice)) return choices;
  }
  throw new ConfigurationError(
    `transforms: received ${JSON.stringify(received)}, valid: names separated by commas, or a list such as ` +
      `[{"name":"tile","options":{"rows":2}}]`,
  );
}

function isChoice(value: unknown): value is PluginChoice {
  if (typeof value !== 'object' || value === null) return false;
  const { name, options = {}, ...others } = value as Record<string, unknown>;
  return typeof name === 'string' && typeof options === 'object' && Object.keys(others).length === 0;
}
