import { parseOptions, type Dataset, type DatasetProgress, type PreparedDataset } from '@paretrain/core';
import { datasetFolders } from '../folders.ts';
import type { RunFolders } from '../run/messages.ts';

export interface PrepareOptions {
  /** As the user gave them. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly folders: RunFolders;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: DatasetProgress) => void;
}

/** Finds or generates a data set. */
export function prepareDataset(
  dataset: Dataset,
  { options, folders, signal, onProgress }: PrepareOptions,
): Promise<PreparedDataset> {
  return dataset.prepare({
    options: parseOptions(dataset, options),
    ...datasetFolders(folders),
    signal,
    onProgress,
  });
}
