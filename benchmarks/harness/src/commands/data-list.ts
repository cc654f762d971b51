import { dirname } from 'node:path';
import { downloadedPaths } from '@paretrain/downloads';
import { defineCommand } from 'citty';
import { dataSources, type DataSource } from '../data/data-source.ts';
import { findFiles, missingBytes, type DataFile } from '../data/find-files.ts';
import { neededDownloads } from '../data/needed-downloads.ts';
import { suppliedFile } from '../data/supplied-file.ts';
import { datasetFolders, resolveFolders } from '../folders.ts';
import { formatBytes } from '../output/bytes.ts';
import { formatTable } from '../output/table.ts';
import { PluginRegistry } from '../registry/registry.ts';
import { dataFlags } from './data-flags.ts';

interface Listed {
  readonly source: DataSource;
  readonly files: readonly DataFile[];
}

export const dataListCommand = defineCommand({
  meta: { name: 'list', description: 'Every data set and loss network, and what of it is on disk where' },
  args: { 'data-dir': dataFlags['data-dir'], json: dataFlags.json },
  async run({ args }) {
    const folders = datasetFolders(await resolveFolders({ dataDir: args['data-dir'] }));
    const sources = await dataSources(await PluginRegistry.discover());
    const listed = await Promise.all(
      sources.map(async (source) => ({
        source,
        files: await findFiles(source.downloads, folders, suppliedFile(source)),
      })),
    );
    process.stdout.write(args.json ? `${JSON.stringify(asJson(listed))}\n` : `${asText(listed)}\n`);
  },
});

function asJson(listed: readonly Listed[]) {
  const rows = (kind: DataSource['kind']) => listed.filter(({ source }) => source.kind === kind);
  return { datasets: rows('dataset').map(row), lossNetworks: rows('loss-network').map(row) };
}

function row({ source, files }: Listed) {
  const { name, version, description } = source.plugin;
  return {
    name,
    version,
    description,
    licence: licenceOf(source),
    ...(source.kind === 'dataset'
      ? { source: source.plugin.source, citation: source.plugin.citation }
      : { architecture: source.plugin.card.architecture }),
    downloadBytes: missingBytes(neededDownloads(source.plugin), files),
    files,
  };
}

function asText(listed: readonly Listed[]): string {
  const left = (key: string, label: string) => ({ key, label, align: 'left' as const });
  const columns = [
    left('name', 'name'),
    left('description', ''),
    left('licence', 'licence'),
    left('disk', 'on disk'),
  ];
  const table = (kind: DataSource['kind']) =>
    formatTable({
      columns,
      rows: listed
        .filter(({ source }) => source.kind === kind)
        .map((each) => ({
          name: each.source.plugin.name,
          description: each.source.plugin.description,
          licence: licenceOf(each.source),
          disk: onDisk(each),
        })),
    });
  return `Data sets\n${table('dataset')}\n\nLoss networks\n${table('loss-network')}`;
}

function licenceOf(source: DataSource): string {
  return source.kind === 'dataset' ? source.plugin.licence : source.plugin.card.licence;
}

function onDisk({ source, files }: Listed): string {
  const [first] = files;
  if (!first) return 'nothing to download';
  if (first.supplied) return first.found === null ? toSupply(first.path) : dirname(first.found);
  return [whatIsThere(source, files), ...whatOptionsNeed(source, files)].join('; ');
}

function toSupply(file: string): string {
  return `no; ${file} has to be supplied, in the data folder (--data-dir DIR or PARETRAIN_DATA_DIR)`;
}

/** About the files that are read with the default options. */
function whatIsThere({ plugin }: DataSource, files: readonly DataFile[]): string {
  const downloads = neededDownloads(plugin);
  const paths = downloads.flatMap(downloadedPaths);
  const needed = files.filter(({ path }) => paths.includes(path));
  const found = needed.filter((file) => file.found !== null);
  const fetch = `${formatBytes(missingBytes(downloads, files))} to download: paretrain data fetch ${plugin.name}`;
  if (found.length === 0) return `no; ${fetch}`;
  const folder = dirname(found[0]!.found!);
  return found.length === needed.length
    ? folder
    : `${found.length} of ${needed.length} files, ${folder}; ${fetch}`;
}

/** "1.3 GB more with --set dataset.extra=true", where that is missing. */
function whatOptionsNeed({ kind, downloads }: DataSource, files: readonly DataFile[]): string[] {
  return downloads
    .filter(({ onlyWith }) => onlyWith)
    .flatMap((download) => {
      const bytes = missingBytes([download], files);
      const settings = Object.entries(download.onlyWith!).map(
        ([key, value]) => `--set ${kind}.${key}=${value}`,
      );
      return bytes > 0 ? [`${formatBytes(bytes)} more with ${settings.join(' ')}`] : [];
    });
}
