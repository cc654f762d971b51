import { evidenceOf } from '@paretrain/claims';
import { Rng, type Evidence } from '@paretrain/core';
import { SCHEMA_VERSION, costResult, runResult, type CostResult, type RunResult } from '@paretrain/store';

/** What a method gives on a data set at a latent size. */
export interface PlantedPoint {
  readonly dataset: string;
  readonly method: string;
  readonly variant?: string;
  readonly latentSize: number;
  /** The headline too, where there is one: 'mlp.distance' or 'mlp.accuracy'. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly curves?: Readonly<Record<string, readonly number[]>>;
  readonly bestEpoch?: number;
  readonly secondsPerEpoch?: number;
  readonly encodeMsPerImage?: number;
}

export interface Planting {
  /** What seed 0 finds, what seed 1 finds, and so on, in turns. */
  readonly worlds: readonly (readonly PlantedPoint[])[];
  readonly seeds: number;
  /** Half of a time's 95 % interval, as a share of it. Default .02. */
  readonly timeError?: number;
  /** Standard deviation of a value over the seeds, as a share of it. Default 5e-4. */
  readonly spread?: number;
  /** Another draw of the values; default 0. */
  readonly draw?: number;
}

const environment = {
  node: 'v20.20.0',
  platform: 'linux-x64',
  cpu: 'Example CPU',
  cores: 2,
  memoryBytes: 8e9,
  commit: null,
};
const backend = { name: 'wasm', device: null, simd: null, versions: {} };

/** Stored results, each checked against the schema, in which these effects can be found; and what they say. */
export function plant({ worlds, seeds, timeError = 0.02, spread = 5e-4, draw = 0 }: Planting): Evidence {
  const runs = Array.from({ length: seeds }, (_, seed) =>
    worlds[seed % worlds.length]!.map((point) => {
      const rng = Rng.stream(seed, `${cellOf(point)}/${draw}`);
      return plantedRun(point, seed, (value) => value * (1 + spread * rng.normal()));
    }),
  ).flat();
  const costs = new Map(worlds[0]!.map((point) => [cellOf(point), plantedCost(point, timeError)]));
  return evidenceOf({ runs, costOf: (run) => costs.get(cellOf(run)) ?? null });
}

function plantedRun(point: PlantedPoint, seed: number, vary: (value: number) => number): RunResult {
  const metrics = mapValues(point.metrics, vary);
  const headline = ['mlp.distance', 'mlp.accuracy'].find((metric) => metric in metrics);
  const version = '1.0.0';
  const use = (name: string) => ({ name, version, options: {} });
  return runResult.parse({
    schemaVersion: SCHEMA_VERSION,
    id: `${cellOf(point)}-${seed}`,
    suite: 'planted',
    profile: 'paper',
    reference: false,
    dataset: { name: point.dataset, version, checksum: 'sha256:0', counts: { test: 10_000 } },
    method: point.method,
    ...(point.variant === undefined ? {} : { variant: point.variant }),
    latentSize: point.latentSize,
    backend,
    seed,
    settings: {
      dataset: { ...use(point.dataset), checksum: 'sha256:0' },
      method: use(point.method),
      latentSize: point.latentSize,
      backend: backend.name,
      seed,
      training: { batchSize: 512 },
      lossNetwork: { ...use('alexnet'), weightsChecksum: 'sha256:0', trainedOn: [] },
      evaluators: [],
      headline: headline ?? 'none',
    },
    epochs: { run: 50, best: point.bestEpoch ?? 50 },
    metrics,
    ...(point.curves === undefined ? {} : { curves: mapValues(point.curves, (curve) => curve.map(vary)) }),
    headline:
      headline === undefined
        ? null
        : {
            metric: headline,
            value: metrics[headline]!,
            unit: '',
            higherIsBetter: headline.endsWith('accuracy'),
          },
    parameters: 1,
    timings: {},
    targets: 'computed',
    environment,
    finishedAt: '2026-01-01T00:00:00.000Z',
    failure: null,
  });
}

function plantedCost(point: PlantedPoint, timeError: number): CostResult {
  const { secondsPerEpoch: seconds = 1, encodeMsPerImage: encode = 1 } = point;
  const interval = (value: number) => [value * (1 - timeError), value * (1 + timeError)];
  return costResult.parse({
    schemaVersion: SCHEMA_VERSION,
    cell: cellOf(point),
    host: 'planted',
    method: point.method,
    backend,
    batchSize: 512,
    latentSize: point.latentSize,
    image: { height: 64, width: 64, channels: 3 },
    lossNetwork: 'alexnet',
    targets: 'computed',
    imagesPerEpoch: 1000,
    secondsPerEpoch: seconds,
    secondsPerEpochInterval95: interval(seconds),
    msPerStep: seconds,
    interval95: interval(seconds),
    samples: 10,
    gflopPerStep: 1,
    gflopPerSecond: 1,
    shareOfMatrixProduct: 1,
    matrixProductGflopPerSecond: 1,
    peakBytes: 1,
    encodeMsPerImage: encode,
    encodeMsPerImageInterval95: interval(encode),
    parameters: 1,
    environment,
    measuredAt: '2026-01-01T00:00:00.000Z',
  });
}

function cellOf({
  dataset,
  method,
  variant = '',
  latentSize,
}: {
  readonly dataset: string | { readonly name: string };
  readonly method: string;
  readonly variant?: string | undefined;
  readonly latentSize: number;
}): string {
  return [typeof dataset === 'string' ? dataset : dataset.name, method, variant, latentSize].join('/');
}

function mapValues<Value>(
  values: Readonly<Record<string, Value>>,
  change: (value: Value) => Value,
): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
}
