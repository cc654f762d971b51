import { RngStreams, parseOptions, type Method } from '@paretrain/core';
import { readSafetensors } from '@paretrain/weights';
import * as tf from '@tensorflow/tfjs';
import { digestDifference } from '../parity-digest.ts';
import { readPresetFixture } from '../presets.ts';
import { parityLossNetwork, runParitySteps, type ParityTensors } from '../pytorch-parity.ts';
import { SAMPLE_POSITION } from '../sample-data.ts';
import type { ParityOutcome } from './run-case.ts';

const LATENT_SIZE = 64;
const BATCH = 2;
const SIZE = 64;

/** A preset, and whether a software device trains it in seconds: no loss network, no dense layers of its features. */
export interface PresetCase {
  readonly name: string;
  readonly small: boolean;
}

export const PRESET_CASES: readonly PresetCase[] = [
  { name: 'simple-cnn', small: true },
  { name: 'I-I-PW', small: true },
  { name: 'VAE', small: true },
  { name: 'I-I-PS', small: false },
  { name: 'F-I-PW', small: false },
  { name: 'F-I-PS', small: false },
  { name: 'I-F-FP', small: false },
  { name: 'F-F-FP', small: false },
  { name: 'P.VAE', small: false },
];

/** What is compared of a preset's training, and how much it may differ, in tolerances. */
const PARTS = [
  { name: 'losses', direction: 'forward', of: (key: string) => key === 'losses', slack: 1 },
  {
    name: 'first gradients',
    direction: 'gradient',
    of: (key: string) => key.startsWith('gradient/'),
    slack: 1,
  },
  /*
   * Weights, moving statistics, embeddings and reconstructions. Adam divides small gradients by small roots, and a value near
   * zero in front of a ReLU may change its sign by rounding, which changes a whole row of a small layer's next gradient (2e-3
   * has been seen). A wrong optimiser or wrong moving statistics differ by far more.
   */
  { name: 'after three steps', direction: 'forward', of: () => true, slack: 100 },
] as const;

/**
 * Three Adam steps of a preset at batch 2 on the current backend, from the weights and data that PyTorch had, against
 * PyTorch's losses, first gradients, last weights, moving statistics, embeddings and reconstructions.
 *
 * @param tolerance largest norm-relative error of the losses and of the first gradients
 */
export async function runPresetCase(preset: Method, tolerance: number): Promise<ParityOutcome[]> {
  const { name } = preset;
  const { tensors, metadata } = readSafetensors(readPresetFixture(name));
  const about = PARTS.map((part) => ({
    case: `preset ${name}: ${part.name}`,
    operation: part.name === 'after three steps' ? `preset ${name}, ${part.name}` : `preset ${name}`,
    direction: part.direction,
  }));
  let received: ParityTensors;
  try {
    received = await trainPreset(preset, metadata['variant']!);
  } catch (error) {
    const reason = (error as Error).message.split('\n')[0]!;
    return about.map((part) => ({ ...part, ok: false, error: null, reason }));
  }
  const errors = Object.entries(tensors).map(([key, { data }]) => ({
    key,
    error: received[key] ? difference(key, received[key], data as Float32Array) : NaN,
  }));
  return PARTS.map((part, i) => {
    const mine = errors.filter(({ key }) => PARTS.find(({ of }) => of(key)) === part);
    const worst = mine.reduce((a, b) => (b.error <= a.error ? a : b));
    const limit = part.slack * tolerance;
    const ok = worst.error <= limit;
    const reason = ok ? null : `${worst.key}: norm-relative error ${worst.error}, at most ${limit}`;
    return { ...about[i]!, ok, error: Number.isFinite(worst.error) ? worst.error : null, reason };
  });
}

/** @throws {Error} where tensors are left behind */
async function trainPreset(preset: Method, variant: string): Promise<ParityTensors> {
  const before = tf.memory().numTensors;
  const lossNetwork = parityLossNetwork();
  const dataset = { image: { height: SIZE, width: SIZE, channels: 3 }, target: SAMPLE_POSITION };
  const streams = new RngStreams(0);
  const options = parseOptions(preset, {});
  const built = preset.build({ options, dataset, latentSize: LATENT_SIZE, streams, lossNetwork });
  const received = await runParitySteps(built, dataset, { size: BATCH, variant });
  built.dispose();
  lossNetwork.dispose();
  const left = tf.memory().numTensors - before;
  if (left !== 0) throw new Error(`${left} tensors left behind`);
  return received;
}

function difference(key: string, received: Float32Array, expected: Float32Array): number {
  if (key === 'losses') {
    return Math.max(...Array.from(expected, (loss, i) => Math.abs(received[i]! / loss - 1)));
  }
  // Predictions are in the data set's unit, the sample's pixels: 32 + 32 x the network's outputs.
  const values = key === 'predict' ? received.map((value) => (value - 32) / 32) : received;
  return digestDifference(values, expected);
}
