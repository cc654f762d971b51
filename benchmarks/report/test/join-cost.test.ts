import { Rng } from '@paretrain/core';
import { costResult, runResult } from '@paretrain/store';
import { describe, expect, it } from 'vitest';

import { buildModel, joinCost } from '../src/index.ts';
import { SAMPLE_METHODS, sampleCost, sampleInput, sampleRun } from './sample-input.ts';

const [method, other] = SAMPLE_METHODS;
if (!method || !other) throw new Error('the sample has methods');
const run = sampleRun(method, 0, Rng.stream(1, 'run'));
const cost = sampleCost(method);

describe('joinCost', () => {
  it('works on what the store accepts', () => {
    expect(runResult.safeParse(run).error).toBeUndefined();
    expect(costResult.safeParse(cost).error).toBeUndefined();
  });

  it('finds the cell of the same method, size, backend, batch and machine', () => {
    expect(joinCost(run, [sampleCost(other), cost])).toBe(cost);
    const different = [
      { ...cost, latentSize: 128 },
      { ...cost, batchSize: 512 },
      { ...cost, backend: { ...cost.backend, name: 'tensorflow' } },
      { ...cost, environment: { ...cost.environment, cpu: 'another' } },
    ];
    for (const cell of different) expect(joinCost(run, [cell])).toBeNull();
  });

  it('keeps loss networks and their options apart', () => {
    expect(joinCost(run, [{ ...cost, lossNetwork: 'random' }])).toBeNull();
    expect(joinCost(run, [{ ...cost, lossNetwork: null }])).toBeNull();
    expect(joinCost(run, [{ ...cost, lossNetworkOptions: { padTo: 224 } }])).toBeNull();
    const same = { ...cost, lossNetworkOptions: {} };
    expect(joinCost(run, [same])).toBe(same);
  });

  it('takes one host when told, whatever its machine', () => {
    const elsewhere = { ...cost, host: 'b', environment: { ...cost.environment, cpu: 'another' } };
    expect(joinCost(run, [cost, elsewhere], { host: 'b' })).toBe(elsewhere);
    expect(joinCost(run, [cost], { host: 'b' })).toBeNull();
  });

  it('needs the image shape where several were measured', () => {
    const large = { ...cost, image: { height: 96, width: 96, channels: 3 } };
    expect(joinCost(run, [cost, large])).toBeNull();
    expect(joinCost(run, [cost, large], { image: large.image })).toBe(large);
  });

  it('prefers the same targets, then an epoch of the same size, then the latest', () => {
    const computed = { ...cost, targets: 'computed' as const, measuredAt: '2027-01-01T00:00:00.000Z' };
    expect(joinCost(run, [computed, cost])).toBe(cost);
    expect(joinCost(run, [computed])).toBe(computed);
    const otherEpoch = { ...cost, imagesPerEpoch: 100_000, measuredAt: '2027-01-01T00:00:00.000Z' };
    expect(joinCost(run, [otherEpoch, cost])).toBe(cost);
    const later = { ...cost, measuredAt: '2027-01-01T00:00:00.000Z' };
    expect(joinCost(run, [cost, later])).toBe(later);
  });

  it('never mixes hosts within a report', () => {
    const input = sampleInput();
    const second = input.costs.slice(0, 2).map((cell) => ({ ...cell, host: 'a-host', secondsPerEpoch: 1 }));
    const model = buildModel({ ...input, costs: [...second, ...input.costs] });
    expect(model.host).toBe('bench-1');
    const hosts = model.groups.flatMap((group) => group.methods.map((summary) => summary.cost?.host));
    expect(new Set(hosts)).toEqual(new Set(['bench-1']));
  });
});
