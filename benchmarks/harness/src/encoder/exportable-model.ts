import { ConfigurationError, type ImageShape } from '@paretrain/core';
import { joinModels, loadModel, type StoredEncoder } from '@paretrain/export';
import type * as tf from '@tensorflow/tfjs';
import type { FoundRun } from './find-run.ts';
import { lossNetworkOf, type LossNetworkOptions } from './loss-network-of.ts';

/**
 * A run's encoder as one model from images to embeddings, with the loss network's layers where it sees features. It is the caller's to
 * dispose.
 * @param image what a run's images are
 * @throws {ConfigurationError} where the loss network is no model of plain layers, naming what to choose
 */
export async function exportableModel(
  run: FoundRun,
  { artifacts, input }: StoredEncoder,
  image: ImageShape,
  options: LossNetworkOptions,
): Promise<tf.LayersModel> {
  const encoder = await loadModel(artifacts);
  if (input === 'images') return encoder;
  try {
    const network = await lossNetworkOf(run, options);
    try {
      if (network.layers) return await joinModels(network.layers, encoder, image);
    } finally {
      network.dispose();
    }
    throw new ConfigurationError(
      `run '${run.result.id}': its encoder sees the features of '${network.name}', which are not computed by plain layers and cannot be ` +
        `exported; valid: a run of a method whose encoder sees images, such as I-I-PS or I-F-FP, or with the loss network 'paretrain'; or ` +
        `embed images here: paretrain embed ${run.result.id} DIR --out FILE`,
    );
  } finally {
    encoder.dispose();
  }
}
