import { SCHEMA_VERSION, runId, type RunResult, type RunSettings } from '../src/index.ts';

/** A valid result. */
export function sampleResult(): RunResult {
  const settings: RunSettings = {
    dataset: { name: 'lunar-lander', version: '1', options: { rollouts: 2 }, checksum: 'abc' },
    method: { name: 'I-I-PW', version: '1', options: {} },
    latentSize: 64,
    backend: 'wasm',
    seed: 0,
    training: { epochs: 1, batchSize: 16 },
    lossNetwork: null,
    evaluators: [{ name: 'mlp', version: '1', options: {} }],
    headline: 'mlp.distance',
  };
  return {
    schemaVersion: SCHEMA_VERSION,
    id: runId(settings),
    suite: 'feature-prediction',
    profile: 'smoke',
    reference: false,
    dataset: { name: 'lunar-lander', version: '1', checksum: 'abc', counts: { pretrain: 300 } },
    method: 'I-I-PW',
    latentSize: 64,
    backend: { name: 'wasm', device: 'a processor', simd: 'relaxed', versions: {} },
    seed: 0,
    settings,
    epochs: { run: 1, best: 1 },
    metrics: { 'mlp.distance': 12.5 },
    headline: { metric: 'mlp.distance', value: 12.5, unit: 'pixel', higherIsBetter: false },
    parameters: 10,
    timings: { total: 2 },
    targets: 'none',
    environment: {
      node: 'v20.20.2',
      platform: 'linux x64',
      cpu: 'a processor',
      cores: 2,
      memoryBytes: 1e9,
      commit: null,
    },
    finishedAt: '2026-01-01T00:00:00.000Z',
    failure: null,
  };
}
