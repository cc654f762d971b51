import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { estimateError } from '../src/estimate/estimate-error.ts';
import { gatherEvidence } from '../src/estimate/evidence.ts';
import { makespan } from '../src/estimate/makespan.ts';
import { measureSteps } from '../src/estimate/measure-steps.ts';
import { peakBytesOf } from '../src/estimate/memory.ts';
import { predictRun } from '../src/estimate/predict-run.ts';
import { readPreparations, recordPreparation } from '../src/estimate/preparations.ts';
import { stepSeconds } from '../src/estimate/step-seconds.ts';
import { PluginRegistry } from '../src/registry/registry.ts';
import { costCell } from './support/cost-cells.ts';
import { HOST, cost, evidence, lawfulRun, work } from './support/timed-runs.ts';

const A = work('A');

describe('seconds of a step', () => {
  const measured = (batchSize: number, seconds: number, latentSize = 64) => ({
    ...{ methodKey: A.methodKey, backend: 'wasm', image: A.image, batchSize, latentSize, seconds },
    ...{ parameters: 1e6, peakBytes: 3e8 },
  });

  it('come from costs of this machine, then from its runs, then from steps taken now', () => {
    const costs = [cost(A, 100)];
    const runs = [lawfulRun(A, 0.2)];
    const steps = [measured(16, 0.3)];
    expect(stepSeconds(A, evidence({ costs, runs, steps }), HOST)).toEqual({
      seconds: 0.1,
      source: 'step costs measured on this machine',
    });
    expect(stepSeconds(A, evidence({ runs, steps }), HOST)).toMatchObject({
      seconds: 0.2,
      source: 'earlier runs on this machine',
    });
    expect(stepSeconds(A, evidence({ steps }), HOST)).toEqual({
      seconds: 0.3,
      source: 'a few steps taken now',
    });
    expect(stepSeconds(A, evidence({ costs, runs }), 'another-machine')).toBeNull();
    expect(stepSeconds({ ...A, backend: 'webgpu' }, evidence({ costs, runs, steps }), HOST)).toBeNull();
    expect(stepSeconds(work('B'), evidence({ costs, runs, steps }), HOST)).toBeNull();
  });

  it('lie on a line through other batch sizes, or grow with the images of the only one', () => {
    const at = (batchSize: number, ...points: [number, number][]) =>
      stepSeconds(
        { ...A, batchSize },
        evidence({ steps: points.map(([size, seconds]) => measured(size, seconds)) }),
        HOST,
      )!.seconds;
    // 0.02 s whatever the batch, 0.01 s an image.
    expect(at(64, [4, 0.06], [16, 0.18])).toBeCloseTo(0.66, 9);
    expect(at(16, [4, 0.06], [16, 0.18])).toBe(0.18);
    expect(at(64, [16, 0.18])).toBeCloseTo(0.72, 9);
    // Noise that turns the line over is not believed.
    expect(at(64, [4, 0.2], [16, 0.18])).toBeCloseTo(0.72, 9);
  });

  it('are those of the nearest latent size, with cached features where runs cache them', () => {
    const steps = [measured(16, 0.1, 16), measured(16, 0.2, 256)];
    expect(stepSeconds({ ...A, latentSize: 64 }, evidence({ steps }), HOST)!.seconds).toBe(0.1);
    const costs = [cost(A, 100), cost(A, 80, { targets: 'cached' })];
    expect(stepSeconds(A, evidence({ costs }), HOST)!.seconds).toBe(0.1);
    expect(stepSeconds({ ...A, cachedImages: 1200 }, evidence({ costs }), HOST)!.seconds).toBe(0.08);
  });
});

describe('the prediction of a run', () => {
  const B = work('B', { cachedImages: 1200 });
  const C = work('C', { batchSize: 32, stepsPerEpoch: 30, epochs: 10 });

  it('is exact where runs follow one law, whichever method they are of', () => {
    const runs = [lawfulRun(A, 0.1), lawfulRun(B, 0.25, 5e6)];
    const target = lawfulRun(C, 0.4, 2e6);
    const costs = [cost(A, 100), cost(B, 250), cost(C, 400, { parameters: 2e6 })];
    const predicted = predictRun(C, evidence({ runs, costs }), HOST)!;
    for (const [phase, seconds] of Object.entries(target.phases)) {
      expect(predicted.phases[phase], phase).toBeCloseTo(seconds, 6);
    }
    expect(predicted.total).toBeCloseTo(target.total, 6);
    expect(predicted.source).toBe('step costs measured on this machine');
  });

  it('learns from runs of the method how much longer its steps take than measured alone', () => {
    const runs = [lawfulRun(A, 0.15)];
    const predicted = predictRun({ ...A, epochs: 8 }, evidence({ runs, costs: [cost(A, 100)] }), HOST)!;
    expect(predicted.phases['train']).toBeCloseTo(8 * 60 * 0.15, 6);
  });

  it('goes by runs that did the same, where there are any, before others of the method', () => {
    const other = lawfulRun({ ...A, batchSize: 32, stepsPerEpoch: 30 }, 0.9);
    const runs = [lawfulRun(A, 0.1), other, other];
    expect(predictRun(A, evidence({ runs }), HOST)!.total).toBeCloseTo(lawfulRun(A, 0.1).total, 6);
  });

  it('counts what is evaluated after every epoch as often as there are epochs', () => {
    const costs = [cost(A, 100)];
    const once = predictRun(A, evidence({ runs: [lawfulRun(A, 0.1)], costs }), HOST)!;
    const often = { ...A, everyEpoch: ['mlp'] };
    const predicted = predictRun(often, evidence({ runs: [lawfulRun(A, 0.1)], costs }), HOST)!;
    for (const phase of ['embed', 'evaluate.mlp']) {
      expect(predicted.phases[phase], phase).toBeCloseTo(A.epochs * once.phases[phase]!, 6);
    }
    expect(predicted.phases['train']).toBeCloseTo(once.phases['train']!, 6);
  });

  it('takes shares of a step from other machines, but no seconds', () => {
    const elsewhere = [lawfulRun(A, 1, 1e6, 'slow-machine')];
    const predicted = predictRun(A, evidence({ runs: elsewhere, costs: [cost(A, 100)] }), HOST)!;
    expect(predicted.phases['train']).toBeCloseTo(4 * 60 * 0.1, 6);
    expect(predicted.phases['embed']).toBeCloseTo((0.3 * 0.1 * 3000) / 16, 6);
  });

  it('knows from its runs that a method takes no steps, and presumes it of rows to compare with', () => {
    const U = work('untrained', { reference: true });
    const presumed = predictRun(U, evidence({}), HOST)!;
    expect(presumed.phases['train']).toBeUndefined();
    expect(presumed.phases['validate']).toBe(0);
    const still = { ...lawfulRun(A, 0.1), epochs: 0 };
    expect(predictRun(A, evidence({ runs: [still] }), HOST)!.source).toBeNull();
  });

  it('is none where no step was ever measured', () => {
    expect(predictRun(A, evidence({ runs: [lawfulRun(B, 0.2)] }), HOST)).toBeNull();
  });
});

describe('the error of the estimate', () => {
  it('is at most 10 % over all stored runs, in the median', async () => {
    const results = fileURLToPath(new URL('../../results', import.meta.url));
    const stored = await gatherEvidence(
      { results, cache: results, data: null, pluginsFrom: results },
      await PluginRegistry.discover(),
    );
    const error = estimateError(stored)!;
    expect(error.runs).toBeGreaterThanOrEqual(143);
    expect(error.median).toBeLessThanOrEqual(0.1);
  });

  it('is as small for methods that were never run, on a quiet machine', async () => {
    const results = fileURLToPath(new URL('../../results', import.meta.url));
    const root = await mkdtemp(join(tmpdir(), 'paretrain-quiet-'));
    for (const folder of ['cost', 'feature-prediction']) {
      await symlink(join(results, folder), join(root, folder));
    }
    const stored = await gatherEvidence(
      { results: root, cache: root, data: null, pluginsFrom: root },
      await PluginRegistry.discover(),
    );
    await rm(root, { recursive: true });
    expect(stored.runs.length).toBeGreaterThanOrEqual(27);
    const error = estimateError(stored)!;
    expect(error.runs).toBe(stored.runs.length);
    expect(error.median).toBeLessThanOrEqual(0.1);
    expect(error.medianOfNewMethods).toBeLessThanOrEqual(0.15);
  });

  it('predicts no run from itself', () => {
    expect(estimateError(evidence({ runs: [lawfulRun(A, 0.1)] }))).toBeNull();
    // Of two runs of a method, one took twice as long: errors are 1 / 2 and 1, and nothing is known of new methods.
    const runs = [lawfulRun(A, 0.1), lawfulRun(A, 0.2)];
    const twice = runs.map((run, i) => ({
      ...run,
      phases: { train: run.phases['train']! },
      work: { ...A, evaluators: [] },
      total: 24 * (i + 1),
    }));
    const error = estimateError(evidence({ runs: twice }))!;
    expect(error.runs).toBe(2);
    expect(error.median).toBeCloseTo((0.5 + 1) / 2, 6);
    expect(error.medianOfNewMethods).toBeNull();
  });
});

describe('the wall-clock time of runs', () => {
  const run = (seconds: number, seed = 0, backend = 'wasm') => ({ seconds, seed, backend });

  it('is that of the longest worker, with the start of each process', () => {
    expect(makespan([run(10), run(10), run(10)], 1)).toBeCloseTo(33.6, 9);
    expect(makespan([run(10), run(10), run(10)], 2)).toBeCloseTo(22.4, 9);
    expect(makespan([], 2)).toBe(0);
  });

  it('takes runs seed by seed, as the scheduler does', () => {
    // Seed 0 first: 30 and 10 go off together, 20 follows the short one, and 5 then whichever ends first.
    const runs = [run(30, 0), run(20, 1), run(10, 0), run(5, 1)];
    expect(makespan(runs, 2)).toBeCloseTo(30 + 5 + 2 * 1.2, 9);
  });

  it('is no shorter with more workers on a device that they share', () => {
    const runs = [run(10, 0, 'webgpu'), run(10, 1, 'webgpu'), run(10, 2, 'webgpu')];
    expect(makespan(runs, 3)).toBe(30);
    expect(makespan([...runs, run(10, 0)], 3)).toBe(30);
  });
});

describe('memory', () => {
  it('grows with what a step holds of its images, not with the program and the parameters', () => {
    // 190 MB program, 16 MB for a million parameters, 194 MB of 16 images.
    const costs = [cost(A, 100)];
    expect(peakBytesOf(A, evidence({ costs }))).toBe(4e8);
    expect(peakBytesOf({ ...A, batchSize: 64 }, evidence({ costs }))).toBeCloseTo(206e6 + 4 * 194e6, 0);
    expect(peakBytesOf(work('B'), evidence({ costs }))).toBeNull();
  });
});

describe('records of preparations', () => {
  it('keep the longest time of each data set, and survive damaged files', async () => {
    const cache = await mkdtemp(join(tmpdir(), 'paretrain-preparations-'));
    const dataset = { name: 'lunar-lander', version: '1', options: { rollouts: 2 } };
    const counts = { pretrain: 80, train: 70, test: 70 };
    expect(await readPreparations(cache)).toEqual([]);
    await recordPreparation(cache, { dataset, seconds: 12, counts });
    // Found on disk the next time.
    await recordPreparation(cache, { dataset, seconds: 0.1, counts });
    await recordPreparation(cache, { dataset: { ...dataset, options: {} }, seconds: 3, counts });
    await writeFile(join(cache, 'preparations', 'damaged.json'), '{"dataset":');
    const read = await readPreparations(cache);
    expect(read.map(({ seconds }) => seconds).sort((a, b) => a - b)).toEqual([3, 12]);
    await rm(cache, { recursive: true, force: true });
  });
});

describe('steps taken for an estimate', { timeout: 120_000 }, () => {
  it('are of the cell itself, or of two small batches; what fails is named', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'paretrain-steps-'));
    const registry = await PluginRegistry.discover();
    const cells = await Promise.all(
      [
        costCell(registry, 'simple-cnn', { batchSize: 2 }),
        costCell(registry, 'simple-cnn', { batchSize: 64 }),
        costCell(registry, 'predict-mean'),
      ].map(async (cell, i) => ({ methodKey: `method ${i}`, cell: await cell })),
    );
    const told: string[] = [];
    const { steps, notes } = await measureSteps(cells, {
      folders: { results: directory, cache: directory, data: null, pluginsFrom: process.cwd() },
      signal: new AbortController().signal,
      onProgress: (text) => told.push(text),
      lock: { directory: join(directory, 'lock') },
    });
    expect(steps.map(({ methodKey, batchSize }) => [methodKey, batchSize])).toEqual([
      ['method 0', 2],
      ['method 1', 4],
      ['method 1', 16],
    ]);
    for (const step of steps) {
      expect(step.seconds).toBeGreaterThan(0);
      expect(step.parameters).toBeGreaterThan(1e5);
      expect(step.peakBytes).toBeGreaterThan(5e7);
    }
    expect(notes).toEqual([
      expect.stringMatching(/^predict-mean on wasm could not be timed: .*no training steps/),
    ]);
    expect(told).toHaveLength(4);
    await rm(directory, { recursive: true, force: true });
  });

  it('end after the time limit', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'paretrain-steps-'));
    const registry = await PluginRegistry.discover();
    const cell = await costCell(registry, 'simple-cnn');
    const { steps, notes } = await measureSteps([{ methodKey: 'slow', cell }], {
      folders: { results: directory, cache: directory, data: null, pluginsFrom: process.cwd() },
      signal: new AbortController().signal,
      onProgress: () => undefined,
      timeLimit: 0.01,
      lock: { directory: join(directory, 'lock') },
    });
    expect(steps).toEqual([]);
    expect(notes[0]).toMatch(/simple-cnn on wasm could not be timed: no answer within 0\.01 s/);
    await rm(directory, { recursive: true, force: true });
  });
});
