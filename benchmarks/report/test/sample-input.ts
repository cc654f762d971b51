import { crc32, deflateSync } from 'node:zlib';

import { Rng } from '@paretrain/core';
import { SCHEMA_VERSION, type CostResult, type HistoryEntry, type RunResult } from '@paretrain/store';

import type { ReportInput } from '../src/index.ts';

interface SampleMethod {
  readonly name: string;
  /** Final error in pixels, its spread over seeds, seconds per epoch, parameters. */
  readonly error: number;
  readonly spread: number;
  readonly seconds: number;
  readonly parameters: number;
  readonly targets: 'computed' | 'cached' | 'none';
  readonly imageDecoder: boolean;
  readonly loss: number;
  readonly reference?: boolean;
}

/** Shaped like what is known of the six procedures; only tests and pictures of the page are made of it. */
export const SAMPLE_METHODS: readonly SampleMethod[] = [
  {
    name: 'I-I-PW',
    error: 16.4,
    spread: 1.1,
    seconds: 7.9,
    parameters: 4448323,
    targets: 'none',
    imageDecoder: true,
    loss: 0.012,
  },
  {
    name: 'I-I-PS',
    error: 10.2,
    spread: 0.5,
    seconds: 10.6,
    parameters: 4448323,
    targets: 'cached',
    imageDecoder: true,
    loss: 0.0021,
  },
  {
    name: 'F-I-PW',
    error: 15.1,
    spread: 0.9,
    seconds: 13.8,
    parameters: 23157923,
    targets: 'cached',
    imageDecoder: true,
    loss: 0.014,
  },
  {
    name: 'F-I-PS',
    error: 10.9,
    spread: 0.6,
    seconds: 16.2,
    parameters: 23157923,
    targets: 'cached',
    imageDecoder: true,
    loss: 0.0023,
  },
  {
    name: 'I-F-FP',
    error: 12.6,
    spread: 0.7,
    seconds: 9.7,
    parameters: 20232416,
    targets: 'cached',
    imageDecoder: false,
    loss: 0.0018,
  },
  {
    name: 'F-F-FP',
    error: 13.0,
    spread: 0.6,
    seconds: 13.5,
    parameters: 38942016,
    targets: 'cached',
    imageDecoder: false,
    loss: 0.0016,
  },
  {
    name: 'simple-cnn',
    error: 14.2,
    spread: 0.4,
    seconds: 3.6,
    parameters: 1302018,
    targets: 'none',
    imageDecoder: false,
    loss: 0.02,
  },
  {
    name: 'untrained',
    error: 19.2,
    spread: 0.5,
    seconds: 0,
    parameters: 4448323,
    targets: 'none',
    imageDecoder: false,
    loss: 0,
    reference: true,
  },
  {
    name: 'predict-mean',
    error: 21.1,
    spread: 0,
    seconds: 0,
    parameters: 0,
    targets: 'none',
    imageDecoder: false,
    loss: 0,
    reference: true,
  },
];

const EPOCHS = 10;
const image = { height: 64, width: 64, channels: 3 };
const backend = {
  name: 'wasm',
  device: null,
  simd: 'relaxed',
  versions: { '@tensorflow/tfjs': '4.22.0', '@paretrain/backend-wasm': '0.1.0' },
};
const environment = {
  node: 'v20.20.0',
  platform: 'linux-x64',
  cpu: 'Example CPU @ 2.70 GHz',
  cores: 2,
  memoryBytes: 8.2e9,
  commit: '0123456789abcdef0123456789abcdef01234567',
};

/** A run as the harness stores it. */
export function sampleRun(method: SampleMethod, seed: number, rng: Rng): RunResult {
  const error = method.error + method.spread * rng.normal();
  const trained = method.seconds > 0;
  const best = trained ? EPOCHS - Math.floor(rng.uniform(0, 3)) : 0;
  const total = method.seconds * EPOCHS * 1.3 + 12;
  return {
    schemaVersion: SCHEMA_VERSION,
    id: `${method.name.toLowerCase()}-${seed}-3fa9c1`,
    suite: 'feature-prediction',
    profile: 'quick',
    reference: method.reference ?? false,
    dataset: {
      name: 'lunar-lander',
      version: '0.1.0',
      checksum: 'sha256:4be1a0c2d9f83b7766f0b5a1d0c9e8f7',
      counts: { pretrain: 3000, train: 2712, test: 1804 },
    },
    method: method.name,
    latentSize: 64,
    backend,
    seed,
    settings: {
      dataset: {
        name: 'lunar-lander',
        version: '0.1.0',
        options: { rollouts: 20 },
        checksum: 'sha256:4be1a0c2d9f8',
      },
      method: { name: method.name, version: '0.1.0', options: { batchNorm: true } },
      latentSize: 64,
      backend: 'wasm',
      seed,
      training: {
        epochs: EPOCHS,
        batchSize: 64,
        validationFraction: 0.2,
        patience: 'paper',
        targets: 'cached',
      },
      lossNetwork: {
        name: 'distilled-alexnet',
        version: '0.1.0',
        options: {},
        weightsChecksum: 'sha256:77aa12bc9e0',
        trainedOn: [{ dataset: 'cifar-10', split: 'train', labels: false }],
      },
      evaluators: [{ name: 'mlp', version: '0.1.0', options: {} }],
      headline: 'mlp.distance',
    },
    epochs: { run: trained ? EPOCHS : 0, best },
    metrics: {
      'mlp.distance': error,
      'mlp.validationLoss': error / 300,
      'linear.distance': error * 1.12 + rng.uniform(0, 0.4),
      ...(method.imageDecoder && { 'reconstruction.meanSquaredError': 0.004 + rng.uniform(0, 0.002) }),
    },
    headline: { metric: 'mlp.distance', value: error, unit: 'px', higherIsBetter: false },
    parameters: method.parameters,
    timings: {
      total,
      train: method.seconds * EPOCHS,
      toBestEpoch: method.seconds * best,
      'evaluate.mlp': 8.1,
    },
    targets: method.targets,
    environment,
    ...(method.imageDecoder && {
      details: { reconstruction: { pairs: [0, 1, 2, 3, 4, 5].map((index) => samplePair(index, method)) } },
    }),
    finishedAt: '2026-05-04T13:05:00.000Z',
    failure: null,
  };
}

/** A cost cell as the cost phase stores it. */
export function sampleCost(method: SampleMethod): CostResult {
  const steps = Math.ceil(2400 / 64);
  const ms = (method.seconds * 1000) / steps;
  return {
    schemaVersion: SCHEMA_VERSION,
    cell: `${method.name}-64`,
    host: 'bench-1',
    method: method.name,
    backend,
    batchSize: 64,
    latentSize: 64,
    image,
    lossNetwork: 'distilled-alexnet',
    targets: method.targets,
    imagesPerEpoch: 2400,
    secondsPerEpoch: method.seconds,
    secondsPerEpochInterval95: [method.seconds * 0.97, method.seconds * 1.035],
    interval95: [ms * 0.97, ms * 1.035],
    msPerStep: ms,
    samples: 40,
    gflopPerStep: 14.9,
    gflopPerSecond: (14.9 / ms) * 1000,
    shareOfMatrixProduct: Math.min(0.93, (14.9 / ms) * 10),
    matrixProductGflopPerSecond: 88.4,
    peakBytes: 4.1e8 + method.parameters * 16,
    encodeMsPerImage: 0.71,
    parameters: method.parameters,
    environment,
    measuredAt: '2026-05-04T13:20:00.000Z',
  };
}

function sampleHistory(method: SampleMethod, run: RunResult, rng: Rng): HistoryEntry[] {
  return Array.from({ length: run.epochs.run }, (_, index) => {
    const decay = method.loss * (1 + 9 * Math.exp(-(index + 1) / 2.2));
    return {
      epoch: index + 1,
      loss: decay * rng.uniform(0.95, 1.02),
      validationLoss: decay * rng.uniform(1, 1.12),
      seconds: method.seconds,
      validationSeconds: method.seconds * 0.1,
      best: index + 1 <= run.epochs.best,
    };
  });
}

/** Seven methods, three seeds and two reference rows, the same for the same seed. */
export function sampleInput(seed = 1): ReportInput {
  const rng = Rng.stream(seed, 'sample-input');
  const runs: RunResult[] = [];
  const histories: Record<string, HistoryEntry[]> = {};
  for (const method of SAMPLE_METHODS) {
    for (const runSeed of [0, 1, 2]) {
      const run = sampleRun(method, runSeed, rng);
      runs.push(run);
      if (run.epochs.run > 0) histories[run.id] = sampleHistory(method, run, rng);
    }
  }
  return {
    title: 'Feature prediction on LunarLander',
    suite: 'feature-prediction',
    profile: 'quick',
    generatedAt: '2026-05-04T13:30:00.000Z',
    runs,
    costs: SAMPLE_METHODS.filter((method) => method.seconds > 0).map(sampleCost),
    histories,
    command: 'npx pnpm@10 bench feature-prediction --profile quick --seeds 3',
  };
}

/**
 * The input with every run and cost on a second backend too.
 * @param headline result there, from the method, its result here and the seed
 * @param speed seconds there of one second here
 */
export function withBackend(
  input: ReportInput,
  name: string,
  headline: (method: string, value: number, seed: number) => number,
  speed: number,
): ReportInput {
  const other = { ...backend, name, device: 'Example GPU', simd: null };
  const runs = input.runs.map((run) => ({
    ...run,
    id: `${run.id}-${name}`,
    backend: other,
    settings: { ...run.settings, backend: name },
    headline: run.headline && {
      ...run.headline,
      value: headline(run.method, run.headline.value, run.seed),
    },
  }));
  const times = ([low, high]: readonly [number, number]): [number, number] => [low * speed, high * speed];
  const costs = input.costs.map((cost) => ({
    ...cost,
    backend: other,
    msPerStep: cost.msPerStep * speed,
    interval95: times(cost.interval95),
    secondsPerEpoch: cost.secondsPerEpoch! * speed,
    secondsPerEpochInterval95: times(cost.secondsPerEpochInterval95!),
  }));
  const histories = Object.fromEntries(
    Object.entries(input.histories).map(([id, entries]) => [`${id}-${name}`, entries]),
  );
  return {
    ...input,
    runs: [...input.runs, ...runs],
    costs: [...input.costs, ...costs],
    histories: { ...input.histories, ...histories },
  };
}

/** The input with one seed of `method` failed. */
export function withFailure(input: ReportInput, method: string, seeds: readonly number[]): ReportInput {
  return {
    ...input,
    runs: input.runs.map((run) =>
      run.method === method && seeds.includes(run.seed)
        ? {
            ...run,
            metrics: {},
            headline: null,
            failure: { phase: 'train', message: 'loss is NaN at epoch 2, step 17', error: 'NonFiniteError' },
          }
        : run,
    ),
  };
}

function samplePair(index: number, method: SampleMethod): { input: string; output: string } {
  const size = 64;
  const draw = (blur: number): string => {
    const pixels = Buffer.alloc(size * size * 3);
    const [cx, cy] = [12 + index * 8, 14 + index * 5];
    for (let y = 0; y < size; y += 1) {
      for (let x = 0; x < size; x += 1) {
        const ground = y > 48 + 4 * Math.sin((x + index * 9) / 9) ? 235 : 12;
        const lander = 230 * Math.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (10 + blur * 60));
        const at = (y * size + x) * 3;
        pixels[at] = Math.min(255, ground + lander * 0.6);
        pixels[at + 1] = Math.min(255, ground + lander * 0.45);
        pixels[at + 2] = Math.min(255, ground + lander);
      }
    }
    return pngUri(pixels, size);
  };
  return { input: draw(0), output: draw(method.name.endsWith('PW') ? 1.4 : 0.4) };
}

/** A minimal RGB PNG as a data URI. */
function pngUri(pixels: Buffer, size: number): string {
  const rows = Buffer.alloc(size * (size * 3 + 1));
  for (let y = 0; y < size; y += 1)
    pixels.copy(rows, y * (size * 3 + 1) + 1, y * size * 3, (y + 1) * size * 3);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const chunks = [chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))];
  const png = Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), ...chunks]);
  return `data:image/png;base64,${png.toString('base64')}`;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}
