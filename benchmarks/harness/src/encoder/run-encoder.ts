import { createHash } from 'node:crypto';
import { DataError, type BuiltTransform } from '@paretrain/core';
import {
  imagePreparer,
  loadModel,
  readEncoderFile,
  type ImagePreparer,
  type StoredEncoder,
  type UsedTransform,
} from '@paretrain/export';
import { paths, readEncoder } from '@paretrain/store';
import * as tf from '@tensorflow/tfjs';
import type { PluginRegistry } from '../registry/registry.ts';
import type { RunFolders } from '../run/messages.ts';
import { benchAgain } from './bench-again.ts';
import type { FoundRun } from './find-run.ts';
import { lossNetworkOf } from './loss-network-of.ts';

/** A run's stored encoder and the sha256 of its file. */
export interface RunEncoderFile {
  readonly stored: StoredEncoder;
  readonly checksum: string;
}

/**
 * @throws {DataError} where the run failed, or no encoder is beside its result, with the command that makes it
 */
export async function readRunEncoder(run: FoundRun): Promise<RunEncoderFile> {
  const { results, result } = run;
  const { suite, id, failure } = result;
  if (failure) {
    throw new DataError(
      `run '${id}' failed in ${failure.phase} (${failure.message}), so it has no encoder; do it again: ${benchAgain(run)}`,
    );
  }
  const bytes = await readEncoder(results, suite, id);
  const path = paths.encoder(results, suite, id);
  if (!bytes) {
    throw new DataError(
      `run '${id}' has no stored encoder (${path}): it is from before encoders were stored, its results came without, or its method ` +
        `has none; do it again, with the same --set as then: ${benchAgain(run)}`,
    );
  }
  return { stored: readEncoderFile(bytes, path), checksum: createHash('sha256').update(bytes).digest('hex') };
}

/** A run's encoder on the current backend. */
export interface RunEncoder {
  readonly preparer: ImagePreparer;
  /** Numbers of an embedding. */
  readonly size: number;
  /** [batch, height, width, channels] in [0, 1] to [batch, size]. */
  encode(images: tf.Tensor4D): tf.Tensor2D;
  dispose(): void;
}

export interface LoadRunEncoderOptions {
  readonly registry: PluginRegistry;
  readonly folders: RunFolders;
  readonly signal: AbortSignal;
}

/**
 * Loads a run's encoder as it was trained, with its loss network where it sees features.
 * @throws {DataError} where that has other weights by now
 */
export async function loadRunEncoder(
  run: FoundRun,
  stored: StoredEncoder,
  options: LoadRunEncoderOptions,
): Promise<RunEncoder> {
  const { preparation, input, artifacts } = stored;
  const preparer = imagePreparer(preparation, await builtTransforms(stored, options.registry));
  const network = input === 'features' ? await lossNetworkOf(run, options) : null;
  const model = await loadModel(artifacts);
  return {
    preparer,
    size: model.outputs[0]!.shape[1]!,
    encode: (images) =>
      tf.tidy(() => model.apply(network ? network.features(images) : images) as tf.Tensor2D),
    dispose() {
      model.dispose();
      network?.dispose();
    },
  };
}

/** Where the transforms of a run's images come from, for programs that import them. */
export async function usedTransforms(
  { preparation }: StoredEncoder,
  registry: PluginRegistry,
): Promise<UsedTransform[]> {
  const used: UsedTransform[] = [];
  for (const { name } of preparation.transforms) {
    const { name: from } = registry.packageOf('transform', name);
    used.push({ package: from, id: await registry.exportName('transform', name) });
  }
  return used;
}

/** The transforms of a run's images. */
export async function builtTransforms(
  { preparation }: StoredEncoder,
  registry: PluginRegistry,
): Promise<BuiltTransform[]> {
  const built: BuiltTransform[] = [];
  for (const { name, options } of preparation.transforms) {
    built.push((await registry.load('transform', name)).build(options));
  }
  return built;
}
