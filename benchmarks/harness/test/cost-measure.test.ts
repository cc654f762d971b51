import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AbortedError, ConfigurationError } from '@paretrain/core';
import { costResult } from '@paretrain/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measureCost, type Measurement, type MeasureOptions } from '../src/cost/measure.ts';
import { PluginRegistry } from '../src/registry/registry.ts';
import { costCell } from './support/cost-cells.ts';

let directory: string;
let registry: PluginRegistry;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'paretrain-cost-'));
  registry = await PluginRegistry.discover();
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const options = (changes: Partial<MeasureOptions> = {}): MeasureOptions => ({
  folders: { results: directory, cache: directory, data: null, pluginsFrom: process.cwd() },
  rounds: 6,
  stepsPerRound: 2,
  signal: new AbortController().signal,
  onProgress: () => undefined,
  lock: { directory: join(directory, 'lock') },
  ...changes,
});

/** Processes of the cost phase that this one started. */
async function costProcesses(): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'ppid=,args=', '-A']);
  return stdout
    .split('\n')
    .filter((line) => line.includes('cost-process') && line.trim().startsWith(`${process.pid} `));
}

describe('measureCost', { timeout: 120_000 }, () => {
  let measurement: Measurement;
  const texts: string[] = [];
  beforeAll(async () => {
    const cells = [
      await costCell(registry, 'simple-cnn', { imagesPerEpoch: null }),
      await costCell(registry, 'I-F-FP', { targets: 'cached' }),
      await costCell(registry, 'predict-mean'),
      await costCell(registry, 'I-I-PW', {}, { optimizer: { name: 'adam', learningRate: 1e30 } }),
    ];
    const onProgress = (done: number, total: number, text: string) => {
      expect(done).toBeLessThan(total);
      texts.push(text);
    };
    measurement = await measureCost(cells, options({ rounds: 2, onProgress }));
  }, 120_000);

  it('gives a storable result of a cell, with the interval around the median', () => {
    const [cnn, prediction] = measurement.outcomes.slice(0, 2).map(({ result }) => costResult.parse(result));
    for (const result of [cnn!, prediction!]) {
      const [low, high] = result.interval95;
      expect(low).toBeGreaterThan(0);
      expect(low).toBeLessThanOrEqual(result.msPerStep);
      expect(high).toBeGreaterThanOrEqual(result.msPerStep);
      expect(result.gflopPerSecond).toBeCloseTo(result.gflopPerStep / (result.msPerStep / 1000), 6);
      expect(result.peakBytes).toBeGreaterThan(50e6);
      const [fast, slow] = result.encodeMsPerImageInterval95!;
      expect(fast).toBeGreaterThan(0);
      expect(result.encodeMsPerImage).toBeGreaterThanOrEqual(fast);
      expect(result.encodeMsPerImage).toBeLessThanOrEqual(slow);
    }
    expect(cnn).toMatchObject({ targets: 'none', lossNetwork: null, secondsPerEpoch: null });
    expect(prediction).toMatchObject({ targets: 'cached', lossNetwork: 'random', imagesPerEpoch: 101 });
    // Trained networks only: the encoder with two heads of 8, the feature decoder; not the loss network.
    const convolutions = [
      [3, 32],
      [32, 64],
      [64, 128],
      [128, 256],
    ].reduce((sum, [from, to]) => sum + (16 * from! + 3) * to!, 0);
    expect(prediction!.parameters).toBe(convolutions + 2 * 1025 * 8 + 9 * 2048 + 2049 * (7 * 7 * 192));
  });

  it('relates every cell to the matrix product of the same run', () => {
    const rate = measurement.matrixProductGflopPerSecond['wasm']!;
    expect(rate).toBeGreaterThan(0.5);
    for (const { result } of measurement.outcomes.slice(0, 2)) {
      expect(result!.matrixProductGflopPerSecond).toBe(rate);
      expect(result!.shareOfMatrixProduct).toBeCloseTo(result!.gflopPerSecond / rate, 9);
    }
  });

  it('does at least the six rounds that an interval of 95 % needs, in changing order', () => {
    expect(measurement.outcomes[0]!.result!.samples).toBe(6 * 2);
    const order = (round: number) => texts.filter((text) => text.endsWith(`round ${round} of 6`));
    expect(order(1)).toHaveLength(5);
    const orders = new Set(
      [1, 2, 3, 4, 5, 6].map((round) =>
        order(round)
          .join()
          .replaceAll(/round \d/g, ''),
      ),
    );
    expect(orders.size).toBeGreaterThan(1);
  });

  it('names what is wrong with a cell and measures the others', () => {
    const [, , mean, diverging] = measurement.outcomes;
    expect(mean!.result).toBeNull();
    expect(mean!.error).toMatch(/method 'predict-mean': takes no training steps/);
    expect(diverging!.result).toBeNull();
    expect(diverging!.error).toMatch(/method 'I-I-PW': the loss of update 'autoencoder' is (NaN|Infinity)/);
  });

  it('leaves no process behind', async () => {
    expect(await costProcesses()).toEqual([]);
  });

  it('measures in groups where memory is short, each against its own matrix product', async () => {
    const cells = [
      await costCell(registry, 'simple-cnn'),
      await costCell(registry, 'simple-cnn', { latentSize: 4 }),
    ];
    const built: string[] = [];
    const { outcomes, matrixProductGflopPerSecond } = await measureCost(
      cells,
      options({
        stepsPerRound: 1,
        availableMemory: () => 0,
        onProgress: (_done, _total, text) => {
          if (text.endsWith('building')) built.push(text.replace(': building', ''));
        },
      }),
    );
    expect(built).toEqual([
      'matrix product on wasm',
      'simple-cnn z 8 on wasm',
      'matrix product on wasm',
      'simple-cnn z 4 on wasm',
    ]);
    expect(outcomes.map(({ error }) => error)).toEqual([null, null]);
    expect(outcomes.map(({ cell }) => cell.latentSize)).toEqual([8, 4]);
    const [first, second] = outcomes.map(({ result }) => result!.matrixProductGflopPerSecond);
    expect(matrixProductGflopPerSecond['wasm']).toBeCloseTo((first! + second!) / 2, 9);
  });

  it('stops at once when asked to, and ends its processes', async () => {
    const controller = new AbortController();
    let stopped = 0;
    const onProgress = (_done: number, _total: number, text: string) => {
      if (!text.includes('warming up') || controller.signal.aborted) return;
      setTimeout(() => {
        stopped = performance.now();
        controller.abort();
      }, 50);
    };
    const cells = [await costCell(registry, 'I-I-PW', { batchSize: 64 })];
    const { signal } = controller;
    await expect(measureCost(cells, options({ signal, onProgress, stepsPerRound: 100 }))).rejects.toThrow(
      AbortedError,
    );
    expect(performance.now() - stopped).toBeLessThan(2000);
    expect(await costProcesses()).toEqual([]);
  });

  it.each([
    [{ rounds: 0 }, /cost rounds: received 0, valid: an integer from 1/],
    [{ stepsPerRound: 1.5 }, /cost stepsPerRound: received 1.5/],
  ])('refuses %j', async (changes, message) => {
    const cells = [await costCell(registry, 'simple-cnn')];
    const refused = measureCost(cells, options(changes));
    await expect(refused).rejects.toThrow(ConfigurationError);
    await expect(refused).rejects.toThrow(message);
  });
});
