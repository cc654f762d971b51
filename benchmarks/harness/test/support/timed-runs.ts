import { SCHEMA_VERSION, canonicalJson, type CostResult } from '@paretrain/store';
import type { Evidence, TimedRun } from '../../src/estimate/evidence.ts';
import type { RunWork } from '../../src/estimate/run-work.ts';

export const HOST = 'this-machine';

/** 60 steps of 16 images an epoch for 4 epochs, 240 images that validate, 3000 that evaluators see. */
export function work(name: string, changes: Partial<RunWork> = {}): RunWork {
  const method = { name, version: '1.0.0', options: {} };
  return {
    method,
    methodKey: canonicalJson(method),
    lossNetwork: null,
    reference: false,
    backend: 'wasm',
    image: { height: 64, width: 64, channels: 3 },
    latentSize: 64,
    batchSize: 16,
    epochs: 4,
    stepsPerEpoch: 60,
    validationImages: 240,
    cachedImages: 0,
    evaluatedImages: 3000,
    everyEpoch: [],
    evaluators: [{ name: 'mlp', version: '1.0.0', options: {} }],
    ...changes,
  };
}

/** A run whose every phase follows one law: a step takes `step` seconds, an image a share of a step's image. */
export function lawfulRun(of: RunWork, step: number, parameters = 1e6, host = HOST): TimedRun {
  const image = step / of.batchSize;
  const phases = {
    build: 0.5,
    data: 0.2,
    train: of.epochs * of.stepsPerEpoch * step,
    validate: 0.5 * image * of.epochs * of.validationImages,
    cache: 0.1 * image * of.cachedImages,
    embed: 0.3 * image * of.evaluatedImages,
    'evaluate.mlp': 2e-4 * of.evaluatedImages,
    other: 6e-8 * parameters * of.epochs,
  };
  const total = Object.values(phases).reduce((sum, seconds) => sum + seconds, 0);
  return { id: of.method.name, work: of, host, epochs: of.epochs, parameters, phases, total };
}

export function cost(of: RunWork, milliseconds: number, changes: Partial<CostResult> = {}): CostResult {
  return {
    schemaVersion: SCHEMA_VERSION,
    cell: `${of.method.name}-b${of.batchSize}`,
    host: HOST,
    method: of.method.name,
    backend: { name: of.backend, device: null, simd: null, versions: {} },
    batchSize: of.batchSize,
    latentSize: of.latentSize,
    image: { ...of.image },
    lossNetwork: null,
    targets: 'computed',
    imagesPerEpoch: null,
    secondsPerEpoch: null,
    interval95: [milliseconds, milliseconds],
    secondsPerEpochInterval95: null,
    msPerStep: milliseconds,
    samples: 20,
    gflopPerStep: 1,
    gflopPerSecond: 1,
    shareOfMatrixProduct: 0.5,
    matrixProductGflopPerSecond: 2,
    peakBytes: 4e8,
    encodeMsPerImage: null,
    parameters: 1e6,
    environment: { node: 'v20', platform: 'linux x64', cpu: 'cpu', cores: 2, memoryBytes: 8e9, commit: null },
    measuredAt: '2026-01-01T00:00:00.000Z',
    ...changes,
  };
}

export const evidence = (changes: Partial<Evidence>): Evidence => ({
  runs: [],
  costs: [],
  steps: [],
  ...changes,
});
