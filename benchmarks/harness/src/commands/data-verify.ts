import {
  ConfigurationError,
  DataError,
  ParetrainError,
  SPLITS,
  type Dataset,
  type ImageShape,
  type Split,
} from '@paretrain/core';
import { dataFolders } from '@paretrain/core/node';
import { defineCommand } from 'citty';
import { dataSource, type DataSource } from '../data/data-source.ts';
import { isAnythingThere } from '../data/find-files.ts';
import { neededDownloads } from '../data/needed-downloads.ts';
import { prepareDataset, type PrepareOptions } from '../data/prepare-dataset.ts';
import { comparePublished, type PublishedFile } from '../data/published-files.ts';
import { summariseSplit, type SplitSummary } from '../data/summarise-split.ts';
import { verifyLossNetwork, type VerifiedNetwork } from '../data/verify-loss-network.ts';
import { datasetFolders, resolveFolders } from '../folders.ts';
import { EXIT } from '../output/exit.ts';
import { ProgressLine } from '../output/progress-line.ts';
import { stopOnCtrlC } from '../output/stop-on-ctrl-c.ts';
import { PluginRegistry } from '../registry/registry.ts';
import type { RunFolders } from '../run/messages.ts';
import { dataFlags, sourceOptions } from './data-flags.ts';

/** A data set that was read from beginning to end. */
interface VerifiedDataset {
  readonly name: string;
  readonly version: string;
  readonly ok: true;
  readonly checksum: string;
  readonly image: ImageShape;
  readonly splits: Readonly<Record<Split, SplitSummary>>;
  readonly files: readonly PublishedFile[];
}

/** A data set or loss network that could not be read. */
interface Damaged {
  readonly name: string;
  readonly version: string;
  readonly ok: false;
  readonly error: string;
}

type Result = VerifiedDataset | VerifiedNetwork | Damaged;

export const dataVerifyCommand = defineCommand({
  meta: {
    name: 'verify',
    description:
      'Read a data set, or all that are on disk, from beginning to end, and count what is in it; or check and load a loss network',
  },
  args: {
    name: {
      type: 'positional',
      description: 'Data set or loss network; default: all data sets that are on disk',
      required: false,
    },
    ...dataFlags,
  },
  async run({ args, rawArgs }) {
    const registry = await PluginRegistry.discover();
    const named = args.name === undefined ? null : await dataSource(registry, args.name);
    const options = sourceOptions(named?.kind ?? 'dataset', rawArgs);
    if (named === null && Object.keys(options).length > 0) {
      throw new ConfigurationError('--set: valid with the name of one data set, such as lunar-lander');
    }
    const folders = await resolveFolders({ dataDir: args['data-dir'] });
    const sources = named ? [named] : await found(registry, folders);
    const stop = stopOnCtrlC((text) => process.stderr.write(`${text}\n`));
    const line = new ProgressLine();
    const results: Result[] = [];
    try {
      for (const source of sources) {
        const result = await attempt(source, {
          options,
          folders,
          signal: stop.signal,
          onProgress: ({ phase, done, total, unit }) => line.show(`${phase}: ${done} of ${total} ${unit}`),
        });
        line.clear();
        results.push(result);
        if (!args.json && result.ok) process.stdout.write(`${describe(result)}\n`);
      }
    } finally {
      line.clear();
      stop.release();
    }
    const damaged = results.filter((result) => !result.ok);
    if (args.json) {
      const key = named?.kind === 'loss-network' ? 'lossNetworks' : 'datasets';
      process.stdout.write(`${JSON.stringify({ ok: damaged.length === 0, [key]: results })}\n`);
    }
    for (const { error } of damaged) process.stderr.write(`paretrain: ${error}\n`);
    if (damaged.length) process.exitCode = EXIT.usage;
  },
});

/** Data sets that read official files, and of which there is anything on disk. */
async function found(registry: PluginRegistry, folders: RunFolders): Promise<DataSource[]> {
  const sources: DataSource[] = [];
  for (const name of registry.names('dataset')) {
    const source = await dataSource(registry, name);
    if (await isAnythingThere(source.downloads, datasetFolders(folders))) sources.push(source);
  }
  if (sources.length === 0) {
    const places = dataFolders(datasetFolders(folders)).map((folder) => `'${folder}'`);
    throw new DataError(
      `no data set in ${places.join(' or ')}; run paretrain data fetch NAME, or name the folder that holds some (--data-dir DIR or PARETRAIN_DATA_DIR)`,
    );
  }
  return sources;
}

async function attempt({ kind, plugin }: DataSource, options: PrepareOptions): Promise<Result> {
  try {
    return await (kind === 'dataset' ? verifyDataset(plugin, options) : verifyLossNetwork(plugin, options));
  } catch (error) {
    // One damaged data set is no reason to leave the others unread.
    if (!(error instanceof ParetrainError) || options.signal.aborted) throw error;
    return { name: plugin.name, version: plugin.version, ok: false, error: error.message };
  }
}

async function verifyDataset(dataset: Dataset, options: PrepareOptions): Promise<VerifiedDataset> {
  const { folders, signal, onProgress } = options;
  const { name, version } = dataset;
  const { checksum, description, open } = await prepareDataset(dataset, options);
  const splits = {} as Record<Split, SplitSummary>;
  for (const split of SPLITS) {
    const source = await open(split);
    try {
      splits[split] = await summariseSplit(source, description.target, {
        signal,
        onImages: (done, total) => onProgress({ phase: `${name}, ${split}`, done, total, unit: 'images' }),
      });
    } finally {
      await source.close();
    }
  }
  const read = neededDownloads(dataset, options.options);
  const files = await comparePublished(read, datasetFolders(folders), signal);
  return { name, version, ok: true, checksum, image: description.image, splits, files };
}

function describe(result: VerifiedDataset | VerifiedNetwork): string {
  return 'splits' in result ? describeDataset(result) : describeNetwork(result);
}

function describeNetwork({ name, version, checksum, files }: VerifiedNetwork): string {
  return [
    `${name} ${version}: can be loaded; sha256 ${checksum}`,
    ...files.map(({ path }) => `  ${path} is the published file`),
  ].join('\n');
}

function describeDataset({ name, version, checksum, image, splits, files }: VerifiedDataset): string {
  const { height, width, channels } = image;
  return [
    `${name} ${version}: ${height}x${width}x${channels}; sha256 ${checksum}`,
    ...Object.entries(splits).map(([split, summary]) => `  ${split}: ${describeSplit(summary)}`),
    ...files
      .filter(({ published }) => !published)
      .map(({ path }) => `  ${path} is not the published file byte for byte`),
  ].join('\n');
}

function describeSplit({ count, classes, targets }: SplitSummary): string {
  const parts = [
    ...Object.entries(classes ?? {})
      .filter(([, images]) => images > 0)
      .map(([name, images]) => `${name} ${images}`),
    ...Object.entries(targets ?? {}).map(
      ([name, { min, max, mean }]) =>
        `${name} ${min.toFixed(2)} to ${max.toFixed(2)}, mean ${mean.toFixed(2)}`,
    ),
  ];
  return `${count} images: ${parts.join(', ')}`;
}
