import { join } from 'node:path';
import { ConfigurationError, parseOptions, type Dataset, type DatasetContext } from '@paretrain/core';
import { defineCommand } from 'citty';
import { resolveFolders } from '../folders.ts';
import { parseOverrides } from '../plan/selection.ts';
import { formatTable } from '../output/table.ts';
import { repeatedFlag } from '../output/flags.ts';
import { PluginRegistry } from '../registry/registry.ts';

const json = { type: 'boolean', description: 'Print one JSON object' } as const;
const dataDir = {
  type: 'string',
  description: 'Folder with your own downloads (default: PARETRAIN_DATA_DIR)',
} as const;
const name = { type: 'positional', description: 'Data set', required: true } as const;
const set = {
  type: 'string',
  description: 'dataset.<option>=<value>, such as dataset.rollouts=10; may be given several times',
} as const;

const list = defineCommand({
  meta: { name: 'list', description: 'Every data set, its licence and where it comes from' },
  args: { json },
  async run({ args }) {
    const registry = await PluginRegistry.discover();
    const datasets = await Promise.all(
      registry.names('dataset').map((each) => registry.load('dataset', each)),
    );
    if (args.json) {
      const rows = datasets.map(({ name: id, version, description, licence, citation }) => ({
        name: id,
        version,
        description,
        licence,
        citation,
      }));
      process.stdout.write(`${JSON.stringify({ datasets: rows })}\n`);
      return;
    }
    const left = (key: string, label: string) => ({ key, label, align: 'left' as const });
    const rows = datasets.map((dataset) => ({
      name: dataset.name,
      description: dataset.description,
      licence: dataset.licence,
    }));
    const columns = [left('name', 'data set'), left('description', ''), left('licence', 'licence')];
    process.stdout.write(`${formatTable({ columns, rows })}\n`);
  },
});

/** Both prepare the data set, which generates or finds it and checks it on the way. */
function prepareCommand(verb: 'fetch' | 'verify', description: string) {
  return defineCommand({
    meta: { name: verb, description },
    args: { name, set, 'data-dir': dataDir, json },
    async run({ args, rawArgs }) {
      const registry = await PluginRegistry.discover();
      const dataset = await registry.load('dataset', args.name);
      const overrides = parseOverrides(repeatedFlag('--set', rawArgs));
      if (Object.keys(overrides.training).length) {
        throw new ConfigurationError('--set: only dataset.<option>=<value> is valid here');
      }
      const prepared = await prepare(dataset, overrides.dataset, args['data-dir']);
      const { checksum, counts } = prepared;
      process.stdout.write(
        args.json
          ? `${JSON.stringify({ name: dataset.name, version: dataset.version, checksum, counts })}\n`
          : `${dataset.name} ${dataset.version}: ${Object.entries(counts)
              .map(([split, count]) => `${split} ${count}`)
              .join(', ')}; sha256 ${checksum}\n`,
      );
    },
  });
}

async function prepare(dataset: Dataset, options: Record<string, unknown>, dataFolder: string | undefined) {
  const folders = await resolveFolders({ dataDir: dataFolder });
  const context: DatasetContext = {
    options: parseOptions(dataset, options),
    cacheDirectory: join(folders.cache, 'datasets'),
    ...(folders.data ? { dataDirectory: folders.data } : {}),
    onProgress: ({ phase, done, total, unit }) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${phase}: ${done} of ${total} ${unit}   `);
    },
  };
  const prepared = await dataset.prepare(context);
  if (process.stderr.isTTY) process.stderr.write('\n');
  return prepared;
}

export const dataCommand = defineCommand({
  meta: { name: 'data', description: 'Data sets: list, generate or find, check' },
  subCommands: {
    list,
    fetch: prepareCommand('fetch', 'Generate a data set, or find your download of it'),
    verify: prepareCommand('verify', 'Check a data set against its checksums'),
  },
});
