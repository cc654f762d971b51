import { resolve } from 'node:path';
import type { LossNetwork } from '@paretrain/core';
import { modelArtifacts, type Preparation, type StoredEncoder } from '@paretrain/export';
import type { RunResult } from '@paretrain/store';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exportableModel } from '../src/encoder/exportable-model.ts';
import type { LossNetworkOptions } from '../src/encoder/loss-network-of.ts';

const IMAGE = { height: 2, width: 2, channels: 3 };
const RESULT = {
  id: 'F-F-FP_z1_s0_abc',
  suite: 'feature-prediction',
  profile: 'quick',
  dataset: { name: 'image-folder' },
  method: 'F-F-FP',
  latentSize: 1,
  backend: { name: 'wasm' },
  seed: 2,
  settings: {
    dataset: { options: { path: 'my images' } },
    lossNetwork: { name: 'caffenet', options: {}, weightsChecksum: 'as trained' },
  },
} as unknown as RunResult;
const RUN = { results: resolve('results'), result: RESULT };

beforeEach(async () => {
  await tf.setBackend('cpu');
});
afterEach(() => expect(tf.memory().numTensors).toBe(0));

/** An encoder of twelve features. */
async function featureEncoder(): Promise<StoredEncoder> {
  const model = tf.sequential({ layers: [tf.layers.dense({ name: 'mean', units: 1, inputShape: [12] })] });
  const artifacts = await modelArtifacts(model);
  model.dispose();
  const preparation: Preparation = { decoded: IMAGE, interpolation: 'bicubic', transforms: [] };
  return { artifacts, input: 'features', preparation };
}

function withNetwork(
  network: Partial<LossNetwork>,
): LossNetworkOptions & { readonly disposed: () => number } {
  let disposed = 0;
  const loaded = { name: 'caffenet', dispose: () => void disposed++, ...network } as LossNetwork;
  const registry = { load: () => Promise.resolve({ load: () => Promise.resolve(loaded) }) };
  return {
    registry: registry as unknown as LossNetworkOptions['registry'],
    folders: { results: '', cache: '', data: null, pluginsFrom: '' },
    disposed: () => disposed,
  };
}

describe('exportableModel', () => {
  it('refuses encoders of features that plain layers do not compute, and says what to choose', async () => {
    const options = withNetwork({ weightsChecksum: 'as trained' });
    await expect(exportableModel(RUN, await featureEncoder(), IMAGE, options)).rejects.toThrow(
      /sees the features of 'caffenet'.* such as I-I-PS .*'paretrain'; or embed images here: paretrain embed F-F-FP_z1_s0_abc DIR/,
    );
    expect(options.disposed()).toBe(1);
  });

  it('refuses a loss network with other weights than the run had, and says how the run is done again', async () => {
    const options = withNetwork({ weightsChecksum: 'others' });
    await expect(exportableModel(RUN, await featureEncoder(), IMAGE, options)).rejects.toThrow(
      "loss network 'caffenet' has weights others, run 'F-F-FP_z1_s0_abc' was trained with as trained; valid: those, or the run done again: " +
        'npx pnpm@10 bench feature-prediction --profile quick --datasets image-folder --data "my images" --methods F-F-FP --latent-sizes 1 ' +
        '--loss-networks caffenet --backends wasm --seeds 3 --no-cost --force',
    );
    expect(options.disposed()).toBe(1);
  });
});
