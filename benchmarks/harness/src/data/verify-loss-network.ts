import { DataError, parseOptions, type LossNetworkPlugin } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { lossNetworkFolders } from '../folders.ts';
import { neededDownloads } from './needed-downloads.ts';
import type { PrepareOptions } from './prepare-dataset.ts';
import { comparePublished, type PublishedFile } from './published-files.ts';

/** A loss network whose weights were read. */
export interface VerifiedNetwork {
  readonly name: string;
  readonly version: string;
  readonly ok: true;
  /** sha256 of the weight file, as it is part of a run's id. */
  readonly checksum: string;
  /** Official files that are there whole. */
  readonly files: readonly PublishedFile[];
}

/**
 * Compares a loss network's official files with what is published of them, and loads the network.
 * @throws {DataError} where weights are missing, are not the published ones, or cannot be read
 */
export async function verifyLossNetwork(
  plugin: LossNetworkPlugin,
  { options: given, folders, signal }: Pick<PrepareOptions, 'options' | 'folders' | 'signal'>,
): Promise<VerifiedNetwork> {
  const { name, version } = plugin;
  const options = parseOptions(plugin, given);
  const context = { ...lossNetworkFolders(folders), signal };
  // Before the weights are read: what is wrong with a damaged file may be harder to tell from its content.
  const files = await comparePublished(neededDownloads(plugin, given), context, signal);
  const other = files.find(({ published }) => !published);
  if (other) {
    // Unlike a data set's images, weights that were packed in another way lie under another name.
    throw new DataError(
      `${name}: ${other.path} (${other.bytes} bytes) is not the published file; delete it and run paretrain data fetch ${name}`,
    );
  }
  await tf.setBackend('cpu');
  const network = await plugin.load({ ...context, options });
  const { weightsChecksum } = network;
  network.dispose();
  return { name, version, ok: true, checksum: weightsChecksum, files };
}
