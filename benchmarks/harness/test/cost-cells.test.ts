import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CostChoice } from '@paretrain/core';
import { SCHEMA_VERSION, paths, readCost, writeCost, type CostResult } from '@paretrain/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { plannedCells } from '../src/cost/bench-cost.ts';
import { cellId, stepId, type CostCell } from '../src/cost/cell.ts';
import { epochCost } from '../src/cost/epoch-cost.ts';
import { hostId } from '../src/cost/host.ts';
import { storedCost } from '../src/cost/stored-costs.ts';
import type { Plan, PlannedRun } from '../src/plan/plan.ts';
import { TARGET } from './support/cost-cells.ts';

const CELL: CostCell = {
  method: { name: 'I-F-FP', version: '1.0.0', options: { optimizer: { name: 'adam', learningRate: 0.001 } } },
  lossNetwork: { name: 'paretrain', version: '1.0.0', options: {} },
  backend: 'wasm',
  image: { height: 64, width: 64, channels: 3 },
  target: TARGET,
  batchSize: 32,
  latentSize: 64,
  targets: 'computed',
  imagesPerEpoch: 2400,
};

const costOf = (cell: CostCell, measuredAt = '2026-01-02T03:04:05.000Z'): CostResult => ({
  schemaVersion: SCHEMA_VERSION,
  host: hostId(),
  method: cell.method.name,
  backend: { name: 'wasm', device: 'cpu', simd: 'relaxed', versions: {} },
  batchSize: cell.batchSize,
  latentSize: cell.latentSize,
  image: cell.image,
  lossNetwork: 'paretrain',
  targets: 'computed',
  ...epochCost(cell, { msPerStep: 200, interval95: [190, 220] }),
  msPerStep: 200,
  interval95: [190, 220],
  samples: 24,
  gflopPerStep: 6.5,
  gflopPerSecond: 32.5,
  shareOfMatrixProduct: 0.5,
  matrixProductGflopPerSecond: 65,
  peakBytes: 4e8,
  encodeMsPerImage: 1,
  parameters: 1000,
  environment: {
    node: process.version,
    platform: 'linux x64',
    cpu: 'cpu',
    cores: 2,
    memoryBytes: 8e9,
    commit: null,
  },
  measuredAt,
});

describe('the name of a cell', () => {
  it('follows everything that decides the step', () => {
    const others: CostCell[] = [
      { ...CELL, method: { ...CELL.method, name: 'I-I-PW' } },
      { ...CELL, method: { ...CELL.method, version: '2.0.0' } },
      { ...CELL, method: { ...CELL.method, options: {} } },
      { ...CELL, lossNetwork: null },
      { ...CELL, backend: 'webgpu' },
      { ...CELL, image: { ...CELL.image, channels: 1 } },
      { ...CELL, target: { kind: 'class', classes: ['a', 'b'] } },
      { ...CELL, batchSize: 64 },
      { ...CELL, latentSize: 128 },
      { ...CELL, targets: 'cached' },
    ];
    const names = [CELL, ...others].map(stepId);
    expect(new Set(names).size).toBe(names.length);
    expect(stepId({ ...CELL, imagesPerEpoch: 100 })).toBe(stepId(CELL));
    expect(cellId(CELL)).toBe(`${stepId(CELL)}_n2400`);
    expect(cellId({ ...CELL, imagesPerEpoch: null })).toBe(stepId(CELL));
    expect(cellId(CELL)).toMatch(/^I-F-FP_wasm_b32_z64_64x64_computed_[0-9a-f]{8}_n2400$/);
  });
});

describe('the cells of a plan', () => {
  const run = (changes: Partial<PlannedRun> = {}) =>
    ({
      ...CELL,
      reference: false,
      trainsOn: 'train',
      description: { image: CELL.image, target: TARGET },
      training: { batchSize: 32, validationFraction: 0 },
      ...changes,
    }) as PlannedRun;
  const cellsOf = (cost: CostChoice | undefined, ...runs: PlannedRun[]) =>
    plannedCells({ runs, settings: { cost } } as unknown as Plan, () => ({
      pretrain: 0,
      train: 100,
      test: 0,
    })).map(({ batchSize, latentSize, imagesPerEpoch }) => [batchSize, latentSize, imagesPerEpoch]);
  const cost: CostChoice = { targets: 'computed', rounds: 6, stepsPerRound: 1 };

  it('are each there once, without reference rows', () => {
    const runs = [run(), run({ seed: 1 }), run({ latentSize: 8 }), run({ reference: true, latentSize: 4 })];
    expect(cellsOf(cost, ...runs)).toEqual([
      [32, 64, 100],
      [32, 8, 100],
    ]);
    expect(cellsOf(undefined, ...runs)).toEqual([]);
  });

  it('are at further batch sizes too, where the suite wants them', () => {
    expect(cellsOf({ ...cost, batchSizes: [512, 32] }, run())).toEqual([
      [32, 64, 100],
      [512, 64, 100],
    ]);
  });
});

describe('the cost of an epoch', () => {
  it('counts the last, smaller batch by its share', () => {
    const step = { msPerStep: 200, interval95: [190, 220] } as const;
    expect(epochCost({ ...CELL, imagesPerEpoch: 80 }, step)).toEqual({
      cell: `${stepId(CELL)}_n80`,
      imagesPerEpoch: 80,
      secondsPerEpoch: 0.5,
      secondsPerEpochInterval95: [0.475, 0.55],
    });
    expect(epochCost({ ...CELL, imagesPerEpoch: null }, step)).toMatchObject({
      secondsPerEpoch: null,
      secondsPerEpochInterval95: null,
    });
  });
});

describe('stored costs', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'paretrain-stored-costs-'));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));
  const fail = (error: Error) => {
    throw error;
  };

  it('are found again on the same host', async () => {
    expect(await storedCost(root, CELL, fail)).toBeNull();
    await writeCost(root, costOf(CELL));
    expect(await storedCost(root, CELL, fail)).toEqual(costOf(CELL));
    expect(await storedCost(root, { ...CELL, latentSize: 32 }, fail)).toBeNull();
  });

  it('of another host do not count', async () => {
    await writeCost(root, { ...costOf(CELL), host: `another-${hostId()}` });
    expect(await storedCost(root, CELL, fail)).toBeNull();
  });

  it('serve epochs of any length, the latest measurement first', async () => {
    await writeCost(root, { ...costOf({ ...CELL, imagesPerEpoch: null }), msPerStep: 999 });
    await writeCost(root, costOf(CELL, '2026-02-01T00:00:00.000Z'));
    const longer = { ...CELL, imagesPerEpoch: 4800 };
    const found = await storedCost(root, longer, fail);
    expect(found).toEqual({
      ...costOf(CELL, '2026-02-01T00:00:00.000Z'),
      cell: cellId(longer),
      imagesPerEpoch: 4800,
      secondsPerEpoch: 30,
      secondsPerEpochInterval95: [28.5, 33],
    });
    expect(await readCost(root, hostId(), cellId(longer))).toEqual(found);
  });

  it('that are damaged are named and measured again', async () => {
    await writeCost(root, costOf(CELL));
    await writeFile(paths.cost(root, hostId(), cellId(CELL)), '{"schemaVersion": 1, "cell"');
    const errors: string[] = [];
    expect(await storedCost(root, CELL, (error) => errors.push(error.message))).toBeNull();
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(`${cellId(CELL)}.json: damaged or half written`);
  });
});

it('a host is named by processor, cores, system and engine', () => {
  expect(hostId()).toMatch(new RegExp(`^[a-z0-9-]+-\\d+cores-${process.platform}-${process.arch}-node\\d+$`));
});
