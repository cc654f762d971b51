import { DataError, type LossNetworkContext } from '@paretrain/core';
import { cacheDirectory, dataFolders, fileDigest, findDataFile } from '@paretrain/core/node';
import { WeightFileError, openWeights, type WeightFile } from '@paretrain/weights';
import { fileSource } from '@paretrain/weights/node';
import type { WeightReader } from '../stages/weight-reader.ts';

/** The file of a network's weights, open. */
export interface OpenWeightFile {
  readonly read: WeightReader;
  /** sha256 of the file. */
  readonly checksum: string;
  close(): Promise<void>;
}

export interface WeightFileRequest {
  /** Of the loss network, for messages. */
  readonly name: string;
  /** Paths under the data folder, any of which will do. */
  readonly files: readonly [string, ...string[]];
  /** Whether `paretrain data fetch` can get it. */
  readonly fetched: boolean;
}

/**
 * Opens the first of the files that is there.
 * @throws {DataError} where none is, or it is damaged
 */
export async function openWeightFile(
  { name, files, fetched }: WeightFileRequest,
  context: LossNetworkContext,
): Promise<OpenWeightFile> {
  const path = await findAny(files, context);
  if (path === undefined) {
    const folders = dataFolders(context).map((folder) => `'${folder}'`);
    const bring = fetched
      ? `run paretrain data fetch ${name}`
      : 'it cannot be downloaded: put the file into one of these folders';
    throw new DataError(
      `loss network '${name}': no ${files.map((file) => `'${file}'`).join(' or ')} in ` +
        `${folders.join(' or ') || 'any folder, since none is named'}; ${bring}, or name the folder that holds it ` +
        '(--data-dir DIR or PARETRAIN_DATA_DIR)',
    );
  }
  const source = await fileSource(path);
  try {
    const weights = await explained(name, path, () => openWeights(source));
    const remembered = context.cacheDirectory ?? cacheDirectory();
    return {
      checksum: await fileDigest(path, remembered, context.signal ? { signal: context.signal } : {}),
      read: (weight, shape) => explained(name, path, () => readWeight(weights, weight, shape)),
      close: () => source.close(),
    };
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function findAny(files: readonly string[], context: LossNetworkContext): Promise<string | undefined> {
  for (const file of files) {
    const path = await findDataFile(context, file);
    if (path !== undefined) return path;
  }
  return undefined;
}

async function readWeight(file: WeightFile, name: string, shape: readonly number[]): Promise<Float32Array> {
  const found = file.shapes[name];
  if (found && found.join() !== shape.join()) {
    throw new WeightFileError(
      `weight '${name}': received shape [${found.join(', ')}], valid: [${shape.join(', ')}]`,
    );
  }
  const { data } = await file.read(name);
  if (data.some((value) => !Number.isFinite(value))) {
    throw new WeightFileError(`weight '${name}' holds a NaN or an infinity`);
  }
  return data;
}

/** Errors of the file become those of the loss network. */
async function explained<T>(name: string, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof WeightFileError)) throw error;
    throw new DataError(`loss network '${name}': ${path}: ${error.message}`, { cause: error });
  }
}
