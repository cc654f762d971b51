import { Rng } from '@paretrain/core';
import type { RunResult } from '@paretrain/store';
import { describe, expect, it } from 'vitest';

import { buildModel, resultTable } from '../src/index.ts';
import { rowNames } from '../src/row-names.ts';
import { SAMPLE_METHODS, sampleCost, sampleInput, sampleRun } from './sample-input.ts';

type Use = NonNullable<RunResult['settings']['lossNetwork']>;

const [method] = SAMPLE_METHODS;
if (!method) throw new Error('the sample has methods');

function runWith(changes: Partial<Use> | null, seed = 0): RunResult {
  const run = sampleRun(method!, seed, Rng.stream(seed, 'run'));
  const lossNetwork = changes && { ...run.settings.lossNetwork!, ...changes };
  return { ...run, settings: { ...run.settings, lossNetwork } };
}

const named = (...runs: RunResult[]): string[] => runs.map(rowNames(runs));

describe('rowNames', () => {
  it('is the method alone where it was run with one loss network or none', () => {
    expect(named(runWith({ name: 'caffenet' }), runWith({ name: 'caffenet' }, 1))).toEqual([
      method.name,
      method.name,
    ]);
    expect(named(runWith(null))).toEqual([method.name]);
  });

  it('adds the loss network where there are several', () => {
    expect(named(runWith({ name: 'caffenet' }), runWith({ name: 'random' }))).toEqual([
      `${method.name}, caffenet`,
      `${method.name}, random`,
    ]);
  });

  it('adds what tells uses of the same network apart', () => {
    const sizes = [64, 224].map((padTo) => runWith({ name: 'caffenet', options: { padTo, sigmoid: true } }));
    expect(named(...sizes, runWith({ name: 'random' }))).toEqual([
      `${method.name}, caffenet (padTo 64)`,
      `${method.name}, caffenet (padTo 224)`,
      `${method.name}, random`,
    ]);
    const versions = ['1.0.0', '2.0.0'].map((version) => runWith({ name: 'own', version }));
    expect(named(...versions)[1]).toBe(`${method.name}, own (version 2.0.0)`);
  });
});

describe('a report on several loss networks', () => {
  it('has a row for each, with its own seeds and cost', () => {
    const networks = ['caffenet', 'random'];
    const runs = networks.flatMap((name) => [0, 1, 2].map((seed) => runWith({ name }, seed)));
    const costs = networks.map((lossNetwork, i) => ({
      ...sampleCost(method),
      cell: lossNetwork,
      lossNetwork,
      secondsPerEpoch: 10 + i,
    }));
    const input = { ...sampleInput(), runs, costs, histories: {} };
    const [group] = buildModel(input).groups;
    const rows = group!.methods.map((summary) => [
      summary.method,
      summary.runs.length,
      summary.seconds?.value,
    ]);
    expect(rows.sort()).toEqual([
      [`${method.name}, caffenet`, 3, 10],
      [`${method.name}, random`, 3, 11],
    ]);
    expect(group!.warnings).toEqual([]);
    const columns = resultTable(input).rows.map((row) => row['method']);
    expect(columns.sort()).toEqual([`${method.name}, caffenet`, `${method.name}, random`]);
  });
});
