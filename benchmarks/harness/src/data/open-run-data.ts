import { DataError, type PreparedDataset } from '@paretrain/core';
import type { RunResult } from '@paretrain/store';
import { datasetFolders } from '../folders.ts';
import { loadDataset } from '../plan/dataset-use.ts';
import type { PluginRegistry } from '../registry/registry.ts';
import type { RunFolders } from '../run/messages.ts';

/**
 * The images that a stored run was trained and tested on, transformed as they were.
 * @throws {DataError} where the data on this machine is not the run's
 */
export async function openRunData(
  registry: PluginRegistry,
  { id, settings }: RunResult,
  folders: RunFolders,
): Promise<PreparedDataset> {
  const { checksum, ...use } = settings.dataset;
  const dataset = await loadDataset(registry, use);
  const prepared = await dataset.prepare({ options: use.options, ...datasetFolders(folders) });
  if (prepared.checksum === checksum) return prepared;
  throw new DataError(
    `${id}: received data of '${use.name}' with checksum ${prepared.checksum}, valid: ${checksum}, which the run had`,
  );
}
