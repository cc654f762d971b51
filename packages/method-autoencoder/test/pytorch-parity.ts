import { readFileSync } from 'node:fs';
import { configureWasm } from '@paretrain/backend-wasm';
import { RngStreams, parseOptions, type LossNetwork } from '@paretrain/core';
import {
  SAMPLE_POSITION,
  expectDigest,
  expectParityLosses,
  parityLossNetwork,
  runParitySteps,
} from '@paretrain/testing';
import { readSafetensors } from '@paretrain/weights';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PRESETS } from '../src/index.ts';

/*
 * The reference is scripts/make-parity-fixture.py: the same networks in PyTorch, float64, three steps of its Adam. Weights,
 * images and noise come from a formula that both sides know; tensors of up to 19 million values are compared by digest.
 * Biases in front of batch normalisation have no true gradient and are no part of the reference.
 */
const LATENT_SIZE = 64;
const cases = [
  ...['I-I-PW', 'I-I-PS', 'F-I-PW', 'F-I-PS', 'I-F-FP', 'F-F-FP', 'VAE', 'P.VAE'].map((name) => ({
    name,
    fixture: name,
    size: 64,
    batch: 4,
  })),
  // The decoder's grid is 3x3 here: the order in which it is flattened matters.
  { name: 'I-I-PW', fixture: 'I-I-PW-96', size: 96, batch: 1 },
];

/**
 * The presets against PyTorch on the WASM backend, with direct convolutions or those that it takes by itself. `tolerance` is
 * norm-relative, of the first step's gradients and of what three steps made of the weights; Winograd's convolutions round more, and a ReLU that flips in one of three steps of Adam shows in the embeddings.
 */
export function describeParity(
  convolution: 'direct' | 'auto',
  tolerance: { readonly gradients: number; readonly results: number },
): void {
  describe(`three steps of each preset, as PyTorch does them, ${convolution} convolutions`, () => {
    let lossNetwork: LossNetwork;
    beforeAll(async () => {
      // The same bits on every machine.
      configureWasm({ simd: 'plain', convolution });
      await tf.setBackend('wasm');
      await tf.ready();
      lossNetwork = parityLossNetwork();
    });
    afterAll(() => lossNetwork.dispose());

    it.each(cases)('$name at $size pixels', async ({ name, fixture, size, batch }) => {
      const preset = PRESETS.find((method) => method.name === name)!;
      const file = new URL(`fixtures/${fixture}.safetensors`, import.meta.url);
      const { tensors: expected, metadata } = readSafetensors(readFileSync(file));
      const dataset = { image: { height: size, width: size, channels: 3 }, target: SAMPLE_POSITION };
      const built = preset.build({
        options: parseOptions(preset, {}),
        dataset,
        latentSize: LATENT_SIZE,
        streams: new RngStreams(0),
        lossNetwork,
      });
      const received = await runParitySteps(built, dataset, { size: batch, variant: metadata['variant']! });
      built.dispose();

      const { losses, ...digests } = expected;
      expectParityLosses(received['losses']!, losses!.data);
      // Every gradient that there is has a reference: the fixture says which.
      const gradients = (names: string[]): string[] =>
        names.filter((key) => key.startsWith('gradient/')).sort();
      expect(gradients(Object.keys(received))).toEqual(gradients(Object.keys(digests)));
      for (const [key, { data }] of Object.entries(digests)) {
        expectDigest(
          received[key]!,
          data,
          key,
          key.startsWith('gradient/') ? tolerance.gradients : tolerance.results,
        );
      }
    });
  });
}
