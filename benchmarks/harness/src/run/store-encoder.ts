import type { BuiltMethod, ImageShape } from '@paretrain/core';
import { encoderModel, modelArtifacts, writeEncoderFile, type Preparation } from '@paretrain/export';
import { writeEncoder } from '@paretrain/store';
import { INTERPOLATIONS } from '@paretrain/transforms';
import { datasetFolders } from '../folders.ts';
import type { PluginRegistry } from '../registry/registry.ts';
import type { ReadyRun, RunFolders } from './messages.ts';

export interface StoreEncoderOptions {
  readonly run: ReadyRun;
  readonly folders: RunFolders;
  readonly registry: PluginRegistry;
  readonly onNotice: (text: string) => void;
}

/**
 * Keeps what `encode` needs beside the run's result, for `paretrain export` and `embed`: a few MB. A method without an encoder stores
 * nothing; one whose encoder cannot be told is named in a notice and is no failure of the run.
 * @param image what the method takes
 */
export async function storeEncoder(
  options: StoreEncoderOptions,
  method: BuiltMethod,
  image: ImageShape,
): Promise<void> {
  if (!method.encode) return;
  const { run, folders, onNotice } = options;
  const found = encoderModel(method, image);
  if ('reason' in found) {
    onNotice(`${run.id}: its encoder is not stored: method '${run.planned.method.name}': ${found.reason}`);
    return;
  }
  const { model, input } = found;
  const stored = { artifacts: await modelArtifacts(model), input, preparation: await preparationOf(options) };
  await writeEncoder(folders.results, run.planned.suite, run.id, writeEncoderFile(stored));
}

/** How the run's data set makes its images. */
async function preparationOf({ run, folders, registry }: StoreEncoderOptions): Promise<Preparation> {
  const { name, options, transforms = [] } = run.planned.dataset;
  const plugin = await registry.load('dataset', name);
  const { image } = plugin.describe(options, datasetFolders(folders));
  const interpolation = INTERPOLATIONS.find((known) => known === options['interpolation']) ?? 'bicubic';
  return { decoded: { ...image }, interpolation, transforms: [...transforms] };
}
