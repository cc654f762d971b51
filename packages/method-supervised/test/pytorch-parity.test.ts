import { readFileSync } from 'node:fs';
import { configureWasm } from '@paretrain/backend-wasm';
import { RngStreams, parseOptions } from '@paretrain/core';
import { SAMPLE_POSITION, expectDigest, expectParityLosses, runParitySteps } from '@paretrain/testing';
import { readSafetensors } from '@paretrain/weights';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { simpleCnn } from '../src/index.ts';

// The reference comes from ../../method-autoencoder/scripts/make-parity-fixture.py, which says how.
it('simple-cnn trains as PyTorch does', async () => {
  // The same bits on every machine.
  configureWasm({ simd: 'plain' });
  await tf.setBackend('wasm');
  await tf.ready();
  const file = new URL('fixtures/simple-cnn.safetensors', import.meta.url);
  const { tensors: expected, metadata } = readSafetensors(readFileSync(file));
  const dataset = { image: { height: 64, width: 64, channels: 3 }, target: SAMPLE_POSITION };
  const options = parseOptions(simpleCnn, {});
  const built = simpleCnn.build({ options, dataset, latentSize: 64, streams: new RngStreams(0) });
  const received = await runParitySteps(built, dataset, { size: 4, variant: metadata['variant']! });
  built.dispose();
  const { losses, ...digests } = expected;
  expectParityLosses(received['losses']!, losses!.data);
  expect(Object.keys(digests).length).toBeGreaterThan(40);
  for (const [key, { data }] of Object.entries(digests)) {
    // `predict` gives positions in pixels, 32 + 32 x the network's outputs.
    const values = key === 'predict' ? received[key]!.map((value) => (value - 32) / 32) : received[key]!;
    expectDigest(values, data, key);
  }
});
