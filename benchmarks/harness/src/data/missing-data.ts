import { isNeededWith } from '@paretrain/core';
import { canonicalJson } from '@paretrain/store';
import { datasetFolders } from '../folders.ts';
import { commandLine } from '../output/command-line.ts';
import { formatBytes } from '../output/bytes.ts';
import type { PlannedRun } from '../plan/plan.ts';
import type { PluginRegistry } from '../registry/registry.ts';
import type { RunFolders } from '../run/messages.ts';
import { dataSource } from './data-source.ts';
import { findFiles, missingBytes } from './find-files.ts';
import { suppliedFile } from './supplied-file.ts';

/** Official files of a data set or loss network that are not on disk. Parts of a data set may be enough to run. */
export interface MissingData {
  readonly name: string;
  /** Paths under the data folder. */
  readonly files: readonly string[];
  /** How many are read. */
  readonly of: number;
  /** Null where they cannot be downloaded, but have to be supplied. */
  readonly downloadBytes: number | null;
}

/** What runs read that is not on disk. */
export async function missingData(
  runs: readonly PlannedRun[],
  registry: PluginRegistry,
  folders: RunFolders,
): Promise<MissingData[]> {
  const uses = runs.flatMap(({ dataset, lossNetwork }) => (lossNetwork ? [dataset, lossNetwork] : [dataset]));
  const read = new Map(
    uses.map(({ name, options }) => [canonicalJson({ name, options }), { name, options }]),
  );
  const missing: MissingData[] = [];
  for (const { name, options } of read.values()) {
    const source = await dataSource(registry, name);
    const downloads = source.downloads.filter((file) => isNeededWith(file, options));
    const supplied = suppliedFile(source);
    const files = await findFiles(downloads, datasetFolders(folders), supplied);
    const absent = files.filter(({ found }) => found === null).map(({ path }) => path);
    if (absent.length === 0) continue;
    const downloadBytes = supplied === undefined ? missingBytes(downloads, files) : null;
    missing.push({ name, files: absent, of: files.length, downloadBytes });
  }
  return missing;
}

/** "mnist, 12 MB to download: npx paretrain data fetch mnist". */
export function missingText({ name, files, of, downloadBytes }: MissingData): string {
  if (downloadBytes === null) return `${name}, whose ${files.join(' and ')} has to be supplied`;
  const part = files.length < of ? `${files.length} of ${of} files of ${name}` : name;
  return `${part}, ${formatBytes(downloadBytes)} to download: ${commandLine(`data fetch ${name}`)}`;
}
