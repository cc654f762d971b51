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
import { checkOverridesUsed, ownOverrides } from './shared-overrides.ts';

/** Options that are understood for every data set. */
const COMMON_OPTIONS = ['transforms', 'subset'] as const;

/**
 * A suite's data sets with the user's overrides, every option filled in. `transforms` and `subset` are understood for every data set; each
 * takes of the other options those that it has.
 * @returns uses in the order of `choices`
 * @throws {UnknownNameError} @throws {ConfigurationError}
 */
export async function datasetUses(
  registry: PluginRegistry,
  choices: readonly DatasetChoice[],
  overrides: Readonly<Record<string, unknown>>,
): Promise<DatasetUse[]> {
  const uses: DatasetUse[] = [];
  for (const choice of choices) uses.push(await datasetUse(registry, choice, overrides));
  const known = uses.flatMap(({ options }) => Object.keys(options));
  checkOverridesUsed('data set option', overrides, [...known, ...COMMON_OPTIONS]);
  return uses;
}

async function datasetUse(
  registry: PluginRegistry,
  choice: DatasetChoice,
  overrides: Readonly<Record<string, unknown>>,
): Promise<DatasetUse> {
  const plugin = await registry.load('dataset', choice.name);
  const {
    transforms: received = choice.transforms ?? plugin.usualTransforms ?? [],
    subset = choice.subset ?? 1,
    ...others
  } = overrides;
  const options = { ...choice.options, ...ownOverrides(plugin, others) };
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
    options: parseOptions(plugin, options) as Record<string, unknown>,
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
