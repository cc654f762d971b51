import { mkdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AbortedError, type DownloadFile } from '@paretrain/core';
import { downloadsDirectory } from '@paretrain/core/node';
import { download, type DownloadOutcome, type DownloadProgress } from '@paretrain/downloads';
import { defineCommand } from 'citty';
import { dataSource, type DataSource } from '../data/data-source.ts';
import { neededDownloads } from '../data/needed-downloads.ts';
import { prepareDataset } from '../data/prepare-dataset.ts';
import { findSupplied, suppliedFile } from '../data/supplied-file.ts';
import { datasetFolders, resolveFolders } from '../folders.ts';
import { formatBytes } from '../output/bytes.ts';
import { formatDuration } from '../output/duration.ts';
import { ProgressLine } from '../output/progress-line.ts';
import { stopOnCtrlC } from '../output/stop-on-ctrl-c.ts';
import { PluginRegistry } from '../registry/registry.ts';
import type { RunFolders } from '../run/messages.ts';
import { dataFlags, sourceOptions } from './data-flags.ts';

interface Fetched {
  readonly path: string;
  readonly bytes: number;
  /** Whether it was there before, came whole, or stands for the file whose tensors it has. */
  readonly outcome: DownloadOutcome;
}

export const dataFetchCommand = defineCommand({
  meta: {
    name: 'fetch',
    description: 'Download the official files of a data set or loss network that are missing, or generate it',
  },
  args: {
    name: { type: 'positional', description: 'Data set or loss network', required: true },
    ...dataFlags,
    'data-dir': {
      type: 'string',
      description: 'Folder to download to (default: PARETRAIN_DATA_DIR, or else the cache folder)',
    },
  },
  async run({ args, rawArgs }) {
    const source = await dataSource(await PluginRegistry.discover(), args.name);
    const options = sourceOptions(source.kind, rawArgs);
    const needed = neededDownloads(source.plugin, options);
    const supplied = suppliedFile(source);
    if (args['data-dir'] !== undefined && supplied === undefined)
      await mkdir(resolve(args['data-dir']), { recursive: true });
    const folders = await resolveFolders({ dataDir: args['data-dir'] });
    const there =
      supplied === undefined
        ? null
        : await findSupplied(source.plugin.name, supplied, datasetFolders(folders));
    const stop = stopOnCtrlC((text) => process.stderr.write(`${text}\n`));
    const line = new ProgressLine();
    try {
      const directory = folders.data ?? downloadsDirectory(datasetFolders(folders).cacheDirectory);
      const files = await bringFiles(needed, directory, line, stop.signal);
      const report = await describeFetched(source, { options, folders, line, signal: stop.signal });
      line.clear();
      const { name, version } = source.plugin;
      process.stdout.write(
        args.json
          ? `${JSON.stringify({ ok: true, name, version, ...(files.length ? { directory, files } : {}), ...(there && { supplied: there }), ...report })}\n`
          : `${[`${name} ${version}`, there && `there: '${there}'`, filesText(files, directory), reportText(report)].filter(Boolean).join('; ')}\n`,
      );
    } catch (error) {
      line.clear();
      if (!(error instanceof AbortedError)) throw error;
      throw new AbortedError('stopped; the same command goes on from here', { cause: error });
    } finally {
      stop.release();
    }
  },
});

async function bringFiles(
  downloads: readonly DownloadFile[],
  directory: string,
  line: ProgressLine,
  signal: AbortSignal,
): Promise<Fetched[]> {
  const files: Fetched[] = [];
  for (const file of downloads) {
    const outcome = await download(file, {
      directory,
      signal,
      onProgress: (progress) => line.show(progressText(progress)),
      onWait: (owner) =>
        process.stderr.write(
          `${file.path}: waiting for process ${owner ?? 'unknown'}, which is downloading it\n`,
        ),
    });
    if (outcome === 'tensors') {
      const { size } = await stat(join(directory, file.otherPath!));
      files.push({ path: file.otherPath!, bytes: size, outcome });
    } else files.push({ path: file.path, bytes: file.bytes, outcome });
  }
  return files;
}

interface Report {
  readonly checksum?: string;
  readonly counts?: Readonly<Record<string, number>>;
}

/** A data set is prepared, which generates or checks it; a loss network's files are checked when they are fetched. */
async function describeFetched(
  source: DataSource,
  {
    options,
    folders,
    line,
    signal,
  }: {
    readonly options: Record<string, unknown>;
    readonly folders: RunFolders;
    readonly line: ProgressLine;
    readonly signal: AbortSignal;
  },
): Promise<Report> {
  if (source.kind !== 'dataset') return {};
  const { checksum, counts } = await prepareDataset(source.plugin, {
    options,
    folders,
    signal,
    onProgress: ({ phase, done, total, unit }) => line.show(`${phase}: ${done} of ${total} ${unit}`),
  });
  return { checksum, counts };
}

/** "images.gz: 34 MB of 170 MB, 5 MB/s, 26s left". */
function progressText({ path, phase, done, total, bytesPerSecond, secondsLeft }: DownloadProgress): string {
  const parts = [
    `${path}: ${phase === 'download' ? '' : `${phase} `}${formatBytes(done)} of ${formatBytes(total)}`,
    ...(bytesPerSecond === null ? [] : [`${formatBytes(bytesPerSecond)}/s`]),
    ...(secondsLeft === null ? [] : [`${formatDuration(secondsLeft)} left`]),
  ];
  return parts.join(', ');
}

function filesText(files: readonly Fetched[], directory: string): string {
  if (files.length === 0) return '';
  const fetched = files.filter(({ outcome }) => outcome !== 'present');
  if (fetched.length === 0) return `all there in '${directory}'`;
  const bytes = fetched.reduce((sum, file) => sum + file.bytes, 0);
  return `${formatBytes(bytes)} downloaded to '${directory}'`;
}

function reportText({ checksum, counts }: Report): string {
  if (checksum === undefined || counts === undefined) return '';
  const splits = Object.entries(counts).map(([split, count]) => `${split} ${count}`);
  return `${splits.join(', ')}; sha256 ${checksum}`;
}
